"""What a server's address may look like, and when plain HTTP may be spoken to it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mooring.network.failure import Failure

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?"
)
_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """Where a server listens: `path` is what stands before that of every request, without a `/` at its end."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def origin(self) -> str:
        """As it is written and shown: the port only where it is not the scheme's own."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def netloc(self) -> str:
        """Host and port as one text."""
        return self.origin.partition("://")[2]


def address(url: str, *, insecure: bool = False) -> Address | Failure:
    """The address of `http[s]://host[:port][/path]`; a failure where it is none, or plain HTTP without `insecure`."""
    match = _URL.fullmatch(url)
    port = int(match["port"] or _PORTS[match["scheme"]]) if match else 0
    if match is None or not 0 < port < 65536:
        return Failure("bad-address", "", hint="write `https://host` or `https://host:port`")
    found = Address(match["scheme"], match["host"].lower(), port, match["path"])
    if found.scheme == "http" and not insecure:
        return Failure("insecure", found.origin, hint="use https, or set `insecure: true` on the registry in the fleet file")
    return found
