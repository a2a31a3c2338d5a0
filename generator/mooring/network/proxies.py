"""Which proxy a request goes through: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, lower case first, read as Go reads them
(https://pkg.go.dev/golang.org/x/net/http/httpproxy), since the same variables steer the nodes' container runtime.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from mooring.network.address import Address
from mooring.network.failure import Failure

_PROXY = re.compile(
    r"(?:(?P<scheme>[a-z0-9]+)://)?(?:(?P<user>[^@/:]*)(?::(?P<secret>[^@/]*))?@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy's address, and whom we are to it."""

    url: str
    login: str | None = field(default=None, repr=False)


def proxy_for(address: Address, environment: Mapping[str, str]) -> Proxy | Failure | None:
    """The proxy for an address; None where it is asked directly."""
    written = _variable(environment, f"{address.scheme}_proxy")
    if not written or _is_direct(address, _variable(environment, "no_proxy")):
        return None
    match = _PROXY.fullmatch(written)
    if match is None or (match["scheme"] or "http") not in ("http", "https"):
        known = "set it to `http://host:port` or `https://host:port`"
        return Failure("proxy", address.origin, f"{address.scheme.upper()}_PROXY is not the URL of an HTTP proxy", known)
    scheme = match["scheme"] or "http"
    port = match["port"] or ("443" if scheme == "https" else "80")
    login = f"{unquote(match['user'])}:{unquote(match['secret'] or '')}" if match["user"] is not None else None
    return Proxy(f"{scheme}://{match['host']}:{port}", login)


def _variable(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.upper()) or "").strip()


def _is_direct(address: Address, no_proxy: str) -> bool:
    """Whether NO_PROXY names the address; loopback always is, as in Go."""
    host = address.host.strip("[]").rstrip(".")
    number = _number(host)
    if host == "localhost" or (number is not None and number.is_loopback):
        return True
    return any(_names(entry, host, number, address.port) for entry in no_proxy.lower().split(",") if entry.strip())


def _names(entry: str, host: str, number: ipaddress.IPv4Address | ipaddress.IPv6Address | None, port: int) -> bool:
    """Whether one entry of NO_PROXY holds for a host: `*`, a network, an address, a domain and what is below it."""
    entry = entry.strip()
    if entry == "*":
        return True
    if "/" in entry:
        try:
            return number is not None and number in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isdigit() and (":" not in name or name.endswith("]")):
        if int(wanted) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    if number is not None:
        return _number(entry) == number
    domain = entry.removeprefix("*")
    if domain.startswith("."):
        return host.endswith(domain)
    return host == domain or host.endswith(f".{domain}")


def _number(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
