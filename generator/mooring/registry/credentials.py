"""The logins of a docker configuration, for the few who must use them: `doctor`, which asks a registry with them, and the
rotation, which compares the names. `dockerconfig` judges a configuration and forgets its passwords; here they are kept,
in values whose `repr` shows none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mooring.registry import kubelet
from mooring.registry.dockerconfig import DATA_KEY, OLDER_KEY, login_in, parse
from mooring.registry.encoding import Members, from_json, whole
from mooring.registry.reference import Reference


@dataclass(frozen=True, slots=True)
class AuthEntry:
    """An entry of `auths` that has a login: `key` is the entry's as written."""

    key: str
    username: str
    password: str = field(repr=False)


def credentials(text: str | bytes, data_key: str = DATA_KEY) -> tuple[dict[str, AuthEntry], list[str]]:
    """The logins by the keys of their entries, and in words what is wrong with the configuration; none where the kubelet
    takes no entry of it."""
    config, faults = parse(text, data_key)
    if config is None or config.refused:
        return {}, faults
    data = from_json(text)
    mappings = [data] if data_key == OLDER_KEY else data.named("auths")
    found: dict[str, AuthEntry] = {}
    for mapping in mappings:
        for key, entry in mapping if isinstance(mapping, Members) else ():
            if isinstance(entry, Members) and (login := login_in(entry)) is not None:
                found[whole(key)] = AuthEntry(whole(key), *login)
    return found, faults


def tried(found: dict[str, AuthEntry], reference: Reference) -> list[AuthEntry]:
    """Those of the logins that the kubelet tries for an image, in its order."""
    return [found[key] for key in kubelet.ordered(found, reference)]
