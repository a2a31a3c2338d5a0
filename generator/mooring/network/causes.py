"""What urllib3 and the system raise → the cause in our words. Their messages are read by nobody: they may quote anything."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

from mooring.network.failure import Cause

# https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_VERIFY: dict[int, Cause] = {
    9: "certificate-not-yet-valid", 10: "certificate-expired", 18: "certificate-unknown", 19: "certificate-unknown",
    20: "certificate-unknown", 21: "certificate-unknown", 62: "certificate-wrong-name", 64: "certificate-wrong-name",
}  # fmt: skip
_PLAIN = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"}
_ERRNO: dict[int, Cause] = {
    errno.ECONNREFUSED: "refused", errno.EHOSTUNREACH: "unreachable", errno.ENETUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable", errno.EADDRNOTAVAIL: "unreachable", errno.ETIMEDOUT: "timed-out",
    errno.ECONNRESET: "cut", errno.EPIPE: "cut", errno.ECONNABORTED: "cut",
}  # fmt: skip
# By the names of urllib3's own classes and of http.client's, so that this module needs neither.
_BY_NAME: dict[str, Cause] = {
    "NameResolutionError": "name-not-resolved", "ConnectTimeoutError": "timed-out", "ReadTimeoutError": "timed-out",
    "IncompleteRead": "cut", "RemoteDisconnected": "cut", "BadStatusLine": "no-answer", "LineTooLong": "no-answer",
    "UnknownProtocol": "no-answer", "InvalidChunkLength": "cut", "gaierror": "name-not-resolved",
    "TimeoutError": "timed-out",
}  # fmt: skip
# The request had not left when these happened: no byte of it was sent, so that nothing can have taken effect.
_BEFORE = {"NameResolutionError", "NewConnectionError", "ConnectTimeoutError", "SSLCertVerificationError", "gaierror"}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised for, innermost last; arguments and `reason` count, since urllib3 wraps with them."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [*found.args, getattr(found, "reason", None), getattr(found, "original_error", None)]
            waiting += [found.__cause__, found.__context__]


def cause_of(error: BaseException) -> Cause:
    """Why a connection or a request came to nothing."""
    chain = list(_chain(error))
    if any(type(one).__name__ == "ProxyError" for one in chain):
        return "proxy"
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return _VERIFY.get(one.verify_code, "certificate-refused")
    for one in chain:
        if isinstance(one, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return "cut"
        if isinstance(one, ssl.SSLError) and one.reason:
            return "http-instead-of-https" if one.reason in _PLAIN else "tls"
    for one in chain:
        if type(one).__name__ in _BY_NAME:
            return _BY_NAME[type(one).__name__]
        if isinstance(one, OSError) and one.errno in _ERRNO:
            return _ERRNO[one.errno]
    return "no-answer"


def never_left(error: BaseException) -> bool:
    """Whether no byte of the request can have reached the server."""
    chain = list(_chain(error))
    tls = any(isinstance(one, ssl.SSLError) and cause_of(one) in ("http-instead-of-https", "tls") for one in chain)
    return tls or any(type(one).__name__ in _BEFORE for one in chain)
