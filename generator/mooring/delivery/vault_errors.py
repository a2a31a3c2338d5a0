"""What Vault and the way to it refuse, in our words: of a library's message nothing is passed on."""

from __future__ import annotations

from typing import Any, NamedTuple

from mooring.delivery.model import Told
from mooring.redaction import quote

NO_HVAC = Told("writing to Vault needs the package hvac", "run `pip install mooring[vault]`")
NOT_VAULT = Told("the server does not answer as a Vault does", "look at the address, and at a proxy in between")
TOKEN_REFUSED = Told("Vault does not know the token: it has expired, or was revoked", "log in to Vault again")
CHANGED = Told("somebody else has changed the record meanwhile; nothing was written", "look at the record, then run again")
DENIED = "give its policy `read`, `create` and `update` on that path"
NO_VERSION_2 = "name the mount of a version 2 engine with `--vault-mount`"
UNSURE = "whether the record was written is not known: run again, it is written only where it has to be"
_BY_STATUS = {
    "InvalidPath": Told("Vault has nothing at that path", "look at `--vault-mount` and VAULT_NAMESPACE"),
    "VaultNotInitialized": Told("Vault is not initialized", "initialize it, then run again"),
    "VaultDown": Told("Vault is sealed, or in maintenance", "unseal it, then run again"),
    "RateLimitExceeded": Told("Vault refuses further requests: its quota is used up", "run again later"),
    "BadGateway": Told("Vault cannot be reached through the proxy in front of it", "look whether Vault runs"),
    "InternalServerError": Told(
        "Vault has an internal error", "look at Vault's log: its storage may be full or unreachable"
    ),
}
_CUT = frozenset({"ConnectionError", "ReadTimeout", "ChunkedEncodingError", "InternalServerError", "BadGateway"})


class Refusal(NamedTuple):
    """Why a request has no result, and what that says of the record: whether it is absent (after `version` of it), or has
    changed, whether the token is `denied`, and whether the request may have taken effect (`unsure`)."""

    told: Told
    denied: bool = False
    absent: bool = False
    changed: bool = False
    unsure: bool = False
    version: int = 0


def of_library(error: Exception, address: str) -> Refusal:
    """What one of hvac's or requests' exceptions means."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    if "Forbidden" in kinds or "Unauthorized" in kinds:
        return Refusal(TOKEN_REFUSED, denied=True)
    if "InvalidPath" in kinds:
        # An absent record has no errors, one whose newest version is deleted says which that was; an absent mount has some.
        version = _version(getattr(error, "json", None))
        absent = version > 0 or not getattr(error, "errors", None)
        return Refusal(_BY_STATUS["InvalidPath"], absent=absent, version=version)
    if "InvalidRequest" in kinds:
        said = " ".join(map(str, getattr(error, "errors", None) or ()))
        told = Told("Vault refuses the request as it is", "look at the record's name, and at limits of the KV engine")
        return Refusal(told, changed="check-and-set" in said and "did not match" in said)
    unsure = not _CUT.isdisjoint(kinds) and "ConnectTimeout" not in kinds
    found = next((_BY_STATUS[kind] for kind in kinds if kind in _BY_STATUS), None)
    return Refusal(found or _of_the_way(kinds, error, address), unsure=unsure)


def _version(body: Any) -> int:
    """The newest version of a record, in an answer that says it is deleted; 0 in any other."""
    try:
        return int(body["data"]["metadata"]["version"])
    except (KeyError, TypeError, ValueError):
        return 0


def _of_the_way(kinds: list[str], error: Exception, address: str) -> Told:
    """What went wrong between here and Vault."""
    place = quote(address, "host")
    inner = {type(cause).__name__ for cause in _causes(error)}
    if "ProxyError" in kinds:
        return Told(f"the proxy on the way to {place} cannot be used", "look at HTTPS_PROXY and NO_PROXY")
    if "SSLError" in kinds:
        return Told(f"the certificate of {place} is not trusted, or it speaks no TLS", "name its CA with `--vault-ca`")
    if "Timeout" in kinds:
        return Told(f"{place} does not answer in time", "look at the address, and at firewalls on the way")
    if inner & {"NameResolutionError", "gaierror"}:
        return Told(f"the name in {place} cannot be resolved", "look at `--vault-address` and VAULT_ADDR")
    if "ConnectionRefusedError" in inner:
        return Told(f"nothing listens at {place}", "look at `--vault-address`, and whether Vault runs")
    if "ConnectionError" in kinds or "ChunkedEncodingError" in kinds:
        return Told(f"the connection to {place} was cut", "run again")
    return NOT_VAULT


def _causes(error: BaseException) -> list[BaseException]:
    """The exceptions that an exception was made from, wherever it keeps them."""
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting and len(found) < 20:
        here = waiting.pop()
        if isinstance(here, BaseException) and here not in found:
            found.append(here)
            waiting += [here.__cause__, here.__context__, getattr(here, "reason", None), *here.args]
    return found


def login_refused(refusal: Refusal) -> Told:
    """What is said where Vault refuses a role's login."""
    if refusal.denied or refusal.told.message.startswith("Vault refuses the request") or refusal.absent:
        return Told("Vault refuses the role's login", "look at the role ID, and make a new secret ID")
    return refusal.told
