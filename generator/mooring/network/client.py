"""Asks one server: each request on a connection of its own pool, with time-outs, without cookies, repeated only where that
is safe, and followed only to the same address.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import urllib3

from mooring import __version__
from mooring.network.address import Address, address
from mooring.network.answer import Answer
from mooring.network.causes import cause_of, never_left
from mooring.network.failure import Failure
from mooring.network.login import Headers, Login
from mooring.network.proxies import proxy_for
from mooring.network.trust import context
from mooring.redaction import Credential

# A PUT says the whole of what shall be, and a second DELETE finds nothing: whoever calls takes 404 for done then.
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
# The server, or a gateway before it, says that it did not carry the request out, or could not say whether.
_BUSY = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the next byte, for a whole answer; `tries` is how often a request
    that may be repeated is sent at most, and `pauses` what is waited between."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 60.0
    tries: int = 3
    pauses: tuple[float, ...] = (0.5, 2.0)
    longest_pause: float = 10.0


class Client:
    """One server. Made without a connection: a request opens one. `failure` is why nothing can be asked at all."""

    def __init__(
        self,
        base_url: str,
        *,
        login: Login | None = None,
        ca_bundle: bytes | None = None,
        insecure: bool = False,
        timeout: Patience | None = None,
        limit: int = 20_000_000,
        environment: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._login, self._patience, self._limit, self._sleep = login, timeout or Patience(), limit, sleep
        found = address(base_url, insecure=insecure)
        self.address = found if isinstance(found, Address) else Address("https", "", 443)
        self.failure = found if isinstance(found, Failure) else None
        self._pool: urllib3.PoolManager | None = None
        if self.failure is None:
            made = _pool(self.address, ca_bundle, os.environ if environment is None else environment, self._patience)
            self._pool, self.failure = (None, made) if isinstance(made, Failure) else (made, None)

    def __repr__(self) -> str:
        return f"Client({self.address.origin})"

    def close(self) -> None:
        """Closes the connections."""
        if self._pool is not None:
            self._pool.clear()

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | Credential | None = None,
        headers: Headers | None = None,
        repeat: bool | None = None,
        tries: int | None = None,
    ) -> Answer | Failure:
        """The answer to one request; `path` is encoded as it shall be sent, its query included. `repeat` says that sending
        it twice has the effect of sending it once, where the method does not say that by itself."""
        may_repeat = method in _REPEATABLE if repeat is None else repeat
        most = tries or self._patience.tries
        for attempt in range(1, most + 1):
            found, is_unsent = self._followed(method, path, body, headers or {})
            waited = self._pause(found, attempt)
            if attempt == most or waited is None or not (may_repeat or is_unsent):
                break
            self._sleep(waited)
        return found

    def _pause(self, found: Answer | Failure, attempt: int) -> float | None:
        """How long to wait before this is tried again; None where another attempt would end alike."""
        pauses = self._patience.pauses
        usual = pauses[min(attempt, len(pauses)) - 1] if pauses else 0.0
        if isinstance(found, Failure):
            return usual if found.cause in ("refused", "unreachable", "timed-out", "cut", "no-answer", "proxy") else None
        if found.status not in _BUSY:
            return None
        said = found.headers.get("retry-after", "")
        return min(float(said), self._patience.longest_pause) if said.isascii() and said.isdigit() else usual

    def _followed(
        self, method: str, path: str, body: bytes | Credential | None, headers: Headers
    ) -> tuple[Answer | Failure, bool]:
        """The answer behind redirects within the same address, and whether the request certainly had no effect. One that
        leads elsewhere is the answer itself: the credential is for this server alone."""
        target = self.address.path + path
        for _ in range(_MOST_REDIRECTS):
            found, is_unsent = self._once(method, target, body, headers)
            if isinstance(found, Failure) or found.status not in _REDIRECTS or method not in ("GET", "HEAD"):
                return found, is_unsent
            there = urljoin(self.address.origin + target, found.headers.get("location", ""))
            if not there.startswith(self.address.origin + "/"):
                return found, is_unsent
            target = there.removeprefix(self.address.origin)
        return Failure("redirected", self.address.origin, "in a circle"), False

    def _once(
        self, method: str, target: str, body: bytes | Credential | None, headers: Headers
    ) -> tuple[Answer | Failure, bool]:  # fmt: skip
        """One request; and whether it certainly had no effect: it never left, or was refused for its number."""
        if self._pool is None or self.failure is not None:
            return self.failure or Failure("no-answer", self.address.origin), True
        sent: dict[str, str | Credential] = {"User-Agent": f"mooring/{__version__}", "Accept": "application/json"}
        if self._login is not None:
            sent["Authorization"] = self._login.header
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            # What is revealed stands in no variable of ours, which a traceback might show.
            response = self._pool.request(
                method, self.address.origin + target, body=body.reveal().encode() if isinstance(body, Credential) else body,
                headers=_revealed({**sent, **headers}), redirect=False,
                retries=False, preload_content=False, decode_content=False,
            )  # fmt: skip
            found = self._read(response)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            is_unsent = never_left(error)
            return Failure(cause_of(error), self.address.origin, took_effect=not is_unsent), is_unsent
        if isinstance(found, Failure):
            return found, False
        if self.address.scheme == "http" and found.status == 400 and b"HTTPS" in found.body.upper():
            return Failure("https-instead-of-http", self.address.origin), True
        return found, found.status == 429

    def _read(self, response: Any) -> Answer | Failure:
        """The answer, of which no more is read than the limit, and no longer than an answer may take."""
        deadline = time.monotonic() + self._patience.whole
        parts: list[bytes] = []
        size = 0
        try:
            while part := response.read1(_CHUNK):
                size += len(part)
                if size > self._limit:
                    return Failure("too-large", self.address.origin, took_effect=True)
                if time.monotonic() > deadline:
                    return Failure("timed-out", self.address.origin, took_effect=True)
                parts.append(part)
        finally:
            # What is left of an answer is not waited for: the connection goes with it.
            response.close() if response.length_remaining else response.release_conn()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, b"".join(parts))


def _revealed(headers: Headers) -> dict[str, str]:
    """The headers as they are sent."""
    return {name: value.reveal() if isinstance(value, Credential) else value for name, value in headers.items()}


def _pool(
    server: Address, ca_bundle: bytes | None, environment: Mapping[str, str], patience: Patience
) -> urllib3.PoolManager | Failure:
    """What opens connections to a server, through its proxy where it has one."""
    trusted = context(ca_bundle, server.origin)
    proxy = proxy_for(server, environment)
    if isinstance(trusted, Failure):
        return trusted
    if isinstance(proxy, Failure):
        return proxy
    timeout = urllib3.Timeout(connect=patience.connect, read=patience.read)
    settings: dict[str, Any] = {"ssl_context": trusted, "timeout": timeout, "maxsize": 2}
    if proxy is None:
        return urllib3.PoolManager(**settings)
    login = urllib3.make_headers(proxy_basic_auth=proxy.login) if proxy.login is not None else None
    return urllib3.ProxyManager(proxy.url, proxy_headers=login, proxy_ssl_context=trusted, **settings)
