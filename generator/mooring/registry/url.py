"""Host and path of an `https://…` address, as Go's net/url finds them: with what it refuses, and what it cuts off.

https://github.com/golang/go/blob/go1.26.0/src/net/url/url.go (parse, parseHost, unescape). The kubelet reads the keys of
docker configurations by it: `harbor?example.com` is host `harbor`, and a login before an `@` is passed over.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
# What may stand in a host: besides letters of other scripts, this; and escapes of bytes that are not ASCII, or of `%`.
_HOST = re.compile(r"(?:[^\x00-\x7f]|[A-Za-z0-9\-._~!$&'()*+,;=:\[\]<>\"]|%[89A-Fa-f].|%25)*")
_PORT = re.compile(r"(?::[0-9]*)?")


def split(address: str) -> tuple[str, str] | None:
    """Host (with its port) and path of `host/path?query#fragment`, unescaped; None where Go refuses it."""
    address, _, fragment = address.partition("#")
    if _CONTROL.search(address) or _BROKEN_ESCAPE.search(fragment):
        return None
    authority, slash, path = address.partition("?")[0].partition("/")
    user, at, host = authority.rpartition("@")
    if at and (not _USER.fullmatch(user) or _BROKEN_ESCAPE.search(user)):
        return None
    found = _host(host)
    if found is None or _BROKEN_ESCAPE.search(path):
        return None
    return found, slash + _unescaped(path)


def _unescaped(text: str) -> str:
    """A text without its escapes; where it had some, one character for each byte."""
    if "%" not in text:
        return text
    raw = text.encode("utf-8", "surrogatepass")
    return re.sub(rb"%(..)", lambda found: bytes((int(found[1], 16),)), raw, flags=re.DOTALL).decode("latin-1")


def _host(host: str) -> str | None:
    bracket = host.rfind("[")
    if bracket > 0 or _BROKEN_ESCAPE.search(host):
        return None
    if bracket == 0:
        return _literal(host)
    _, colon, port = host.partition(":")
    if not _PORT.fullmatch(colon + port) or not _HOST.fullmatch(host):
        return None
    return _unescaped(host)


def _literal(host: str) -> str | None:
    """`[address]:port`, where the address is of IPv6. One with a zone is never an image's."""
    import ipaddress  # only here: hardly any configuration has one

    address, bracket, port = host[1:].rpartition("]")
    if not bracket or not _PORT.fullmatch(port) or "%" in address:
        return None
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return None
    return host
