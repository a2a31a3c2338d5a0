"""A Secret's `.dockerconfigjson`, as the kubelet reads it, and without ever showing what it holds.

https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/config.go
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mooring.redaction import quote
from mooring.registry import kubelet
from mooring.registry.encoding import Members, from_base64, from_json, whole
from mooring.registry.reference import Reference

SECRET_TYPE = "kubernetes.io/dockerconfigjson"  # noqa: S105 - a type's name
DATA_KEY = ".dockerconfigjson"
# A scheme and a path are legal: `https://index.docker.io/v1/` is Docker Hub's own key. `*` matches within host labels.
_KEY = re.compile(
    r"(?:https?://)?(?:[A-Za-z0-9*_-]+(?:\.[A-Za-z0-9*_-]+)*|\[[0-9a-fA-F:.]+\])(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?"
)
_NO_AUTHS = "the docker configuration has no mapping `auths`"
_FIELDS = ("username", "password", "email", "auth")


@dataclass(frozen=True, slots=True)
class AuthEntry:
    """One entry of `auths`: the key as written, and the login; the password is looked at and forgotten."""

    key: str
    username: str


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """The entries of one docker configuration; `refused` where the kubelet takes none of them for one that is wrong."""

    entries: tuple[AuthEntry, ...]
    refused: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)

    def tried(self, reference: Reference) -> list[AuthEntry]:
        """The entries that the kubelet tries for an image, in order."""
        by_key = {entry.key: entry for entry in (() if self.refused else self.entries)}
        return [by_key[key] for key in kubelet.ordered(by_key, reference)]


def parse(text: str | bytes) -> tuple[DockerConfig | None, list[str]]:
    """The configuration, and in words what is wrong with it; None where nothing can be made of it."""
    try:
        data = from_json(text)
    except ValueError:
        return None, ["the docker configuration is not JSON"]
    if not isinstance(data, Members):
        return None, [_NO_AUTHS]
    refused = not all(map(_are_texts, data.named("httpheaders")))
    faults = ["`HttpHeaders` is no mapping of texts"] if refused else []
    auths: dict[str, AuthEntry] | None = None
    for value in data.named("auths"):
        if not isinstance(value, Members):
            auths, refused = None, refused or value is not None
            continue
        auths = {} if auths is None else auths  # a second `auths` adds to the first; of two entries the last one counts
        for number, (key, entry) in enumerate(value, 1):
            auths[whole(key)], wrong = _entry(whole(key), entry, faults, number)
            refused |= wrong
    if auths is None:
        return None, [*faults, _NO_AUTHS]
    return DockerConfig(tuple(auths.values()), refused), faults if auths else [*faults, "`auths` names no registry"]


def _are_texts(value: Any) -> bool:
    return value is None or (isinstance(value, Members) and all(one is None or isinstance(one, str) for _, one in value))


def _entry(key: str, entry: Any, faults: list[str], number: int) -> tuple[AuthEntry, bool]:
    """One entry, and whether the kubelet refuses the whole configuration for it. A key that is no host is not shown."""
    named = f"the entry of {quote(key, 'host')}"
    if not _KEY.fullmatch(key):
        named = f"entry {number} of `auths`"
        faults.append(f"the key of {named} is no registry host")
    if not isinstance(entry, Members):
        faults.append(f"{named} is no mapping")
        return AuthEntry(key, ""), entry is not None
    texts, wrong = _texts(entry)
    faults += [f"`{field}` in {named} is no text" for field in wrong]
    if not texts["auth"]:
        faults.append(f"{named} has no `auth`, and some readers know nothing else")
        return AuthEntry(key, texts["username"]), bool(wrong)
    auth = f"`auth` of {named.removeprefix('the entry of ')}"
    login = _login(texts["auth"])
    if login is None or not all(login):
        faults.append(f"{auth} is not base64 of `user:password`")
    elif any(
        written and written != said for written, said in zip((texts["username"], texts["password"]), login, strict=True)
    ):
        faults.append(f"{auth} says another login than `username` and `password`")
    return AuthEntry(key, login[0] if login else texts["username"]), bool(wrong) or login is None


def _texts(entry: Members) -> tuple[dict[str, str], list[str]]:
    """What an entry's fields hold, and the fields whose value is neither a text nor `null`."""
    texts, wrong = dict.fromkeys(_FIELDS, ""), dict[str, None]()
    for field in _FIELDS:
        for value in entry.named(field):
            if isinstance(value, str):
                texts[field] = whole(value)
            elif value is not None:
                wrong[field] = None
    return texts, [*wrong]


def _login(auth: str) -> tuple[str, str] | None:
    """User and password; None where the kubelet finds none. Padding may be left out, and may not be wrong."""
    try:
        decoded = from_base64(auth, padded=auth.strip().endswith("="))
    except ValueError:
        return None
    user, colon, password = decoded.decode("utf-8", "surrogateescape").partition(":")
    return (whole(user), whole(password)) if colon else None


def of_secret(data: Mapping[str, Any]) -> tuple[DockerConfig | None, list[str], tuple[str, str]]:
    """The docker configuration of a Secret object: what it is, what is wrong, and the route of its data key."""
    for field, decode in (("stringData", False), ("data", True)):
        values = data.get(field)
        if not isinstance(values, Mapping) or DATA_KEY not in values:
            continue
        text = values[DATA_KEY]
        route = (field, DATA_KEY)
        if not isinstance(text, str):
            return None, ["the docker configuration is no text"], route
        if not decode:
            return *parse(text), route
        try:
            raw = from_base64(text)
        except ValueError:
            return None, ["the docker configuration is not base64"], route
        return *parse(raw), route
    return None, [f"the Secret has no `{DATA_KEY}`"], ("data", DATA_KEY)
