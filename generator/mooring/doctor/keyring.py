"""The credentials that a pod brings to its pulls, and what is wrong with where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mooring.redaction import listed, quote
from mooring.registry import kubelet
from mooring.registry.credentials import AuthEntry, credentials
from mooring.registry.dockerconfig import KEYS
from mooring.registry.reference import Reference


@dataclass(frozen=True, slots=True)
class Keyring:
    """`logins` of each Secret by the keys of their entries. `causes` are what is wrong with the Secrets, in the order in
    which a pull meets them, and `details` say it of each; `stops` where the kubelet pulls nothing at all with them.
    `beside` is what else was found, whatever the registry answers. `is_given` is False where nobody said which credential
    there is."""

    logins: tuple[Mapping[str, AuthEntry], ...] = field(default=(), repr=False)
    causes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    stops: bool = False
    is_given: bool = True
    beside: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all entries, each once."""
        return tuple(dict.fromkeys(key for one in self.logins for key in one))

    def tried(self, reference: Reference) -> list[AuthEntry]:
        """Those that the kubelet tries for an image, in its order: by key, and of one key as the Secrets are listed
        (https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/keyring.go)."""
        return [one[key] for key in kubelet.ordered(self.keys, reference) for one in self.logins if key in one]

    @property
    def said(self) -> str:
        """The hosts that there are entries for, for people."""
        return listed([quote(key, "host") for key in self.keys]) if self.keys else "no host"


NOTHING = Keyring(is_given=False)


def of_configuration(raw: bytes) -> Keyring:
    """What a docker configuration holds."""
    found, faults = credentials(raw)
    return Keyring((found,)) if found else Keyring((), ("malformed-dockerconfig",), tuple(faults), stops=True)


def of_credential(login: str, secret: str, hosts: Iterable[str]) -> Keyring:
    """The entries that mooring's template makes of a robot's credential: one for each host of its registry."""
    return Keyring(({host: AuthEntry(host, login, secret) for host in hosts},))


def of_secret(type_: str, logins: Mapping[str, AuthEntry], faults: tuple[str, ...]) -> Keyring:
    """What a Secret that was read holds; `faults` are in words."""
    if type_ not in KEYS:
        return Keyring((), ("secret-wrong-type",), faults)
    return Keyring((logins,), (), faults) if logins else Keyring((), ("malformed-dockerconfig",), faults, stops=True)


def together(found: Iterable[Keyring]) -> Keyring:
    """What several Secrets of one pod come to."""
    rings = tuple(found)
    return Keyring(
        tuple(logins for one in rings for logins in one.logins),
        tuple(dict.fromkeys(cause for one in rings for cause in one.causes)),
        tuple(dict.fromkeys(detail for one in rings for detail in one.details)),
        any(one.stops for one in rings),
        any(one.is_given for one in rings),
    )
