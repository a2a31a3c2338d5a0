"""A Secret's docker configuration, as the kubelet reads it, and without ever showing what it holds.

Of the two types of Secrets that it takes, `kubernetes.io/dockerconfigjson` holds the hosts below `auths`, and the older
`kubernetes.io/dockercfg` at the top.

https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/config.go
https://github.com/kubernetes/kubernetes/blob/v1.36.1/pkg/credentialprovider/secrets/secrets.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mooring.redaction import quote
from mooring.registry import kubelet
from mooring.registry.encoding import Members, from_base64, from_json, whole
from mooring.registry.reference import Reference

SECRET_TYPE = "kubernetes.io/dockerconfigjson"  # noqa: S105 - a type's name
DATA_KEY = ".dockerconfigjson"
OLDER_TYPE, OLDER_KEY = "kubernetes.io/dockercfg", ".dockercfg"
KEYS = {SECRET_TYPE: DATA_KEY, OLDER_TYPE: OLDER_KEY}
"""The types of pull Secrets, and the key of the docker configuration in each."""
# A scheme and a path are legal: `https://index.docker.io/v1/` is Docker Hub's own key. `*` matches within host labels.
_KEY = re.compile(
    r"(?:https?://)?(?:[A-Za-z0-9*_-]+(?:\.[A-Za-z0-9*_-]+)*|\[[0-9a-fA-F:.]+\])(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?"
)
_NO_AUTHS = "the docker configuration has no mapping `auths`"
_FIELDS = ("username", "password", "email", "auth")
# What Docker writes in an entry's stead, and keeps the login on the machine itself.
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_STORES = ("credsStore", "credHelpers")
_TOKENS = ("identitytoken", "registrytoken")


@dataclass(frozen=True, slots=True)
class AuthEntry:
    """One entry of the configuration: the key as written, and the login; the password is looked at and forgotten.

    `is_usable` says that it holds a credential, `has_auth` that it holds it in the field `auth`.
    """

    key: str
    username: str
    is_usable: bool = True
    has_auth: bool = True


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """The entries of one docker configuration.

    `refused` where the kubelet takes none of them for one that is wrong: no image of the pod is pulled then. `is_unseen`
    where there may be entries beside them.
    """

    entries: tuple[AuthEntry, ...]
    refused: bool = False
    is_unseen: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)

    def tried(self, reference: Reference) -> list[AuthEntry]:
        """The entries that the kubelet tries for an image, in order."""
        by_key = {entry.key: entry for entry in (() if self.refused else self.entries)}
        return [by_key[key] for key in kubelet.ordered(by_key, reference)]


@dataclass(slots=True)
class _Reading:
    """What has been read of one configuration so far; `where` is what its entries stand in, `mark` a text not seen."""

    where: str
    stores: list[str]
    mark: str
    entries: dict[str, AuthEntry] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    refused: bool = False
    is_unseen: bool = False

    def hides(self, value: Any) -> bool:
        """Whether a value is not wholly seen, and may be more than one text."""
        return bool(self.mark) and isinstance(value, str) and self.mark in value


def parse(text: str | bytes, data_key: str = DATA_KEY) -> tuple[DockerConfig | None, list[str]]:
    """The configuration, and in words what is wrong with it; None where nothing can be made of it."""
    try:
        data = from_json(text)
    except ValueError:
        return None, ["the docker configuration is not JSON"]
    return _read(data, data_key, "")


def parse_printed(text: str, mark: str, data_key: str = DATA_KEY) -> tuple[DockerConfig | None, list[str]]:
    """The same of what a template prints: `mark` stands in it for each text that only the cluster sees."""
    try:
        data = from_json(text)
    except ValueError as error:
        if mark in _JSON_TEXT.sub("", text) and not _is_wrong_before(text, mark, error):
            return DockerConfig((), is_unseen=True), []  # it may be any part of the JSON
        return None, ["the docker configuration is not JSON"]
    if isinstance(data, str) and mark in data:
        return DockerConfig((), is_unseen=True), []
    return _read(data, data_key, mark)


_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def _is_wrong_before(text: str, mark: str, error: ValueError) -> bool:
    """Whether a text is no JSON whatever comes in the place of its first mark: not by a word that the mark may complete."""
    at = error.pos if isinstance(error, json.JSONDecodeError) and "string" not in error.msg else len(text)
    between = text[at : text.index(mark)]
    return re.fullmatch(r"[\w.+-]*", between) is None


def _read(data: Any, data_key: str, mark: str) -> tuple[DockerConfig | None, list[str]]:
    """The configuration that a JSON value is, and what is wrong with it."""
    if data_key == OLDER_KEY:
        return _older(data, mark)
    if not isinstance(data, Members):
        return None, [_NO_AUTHS]
    reading = _Reading("`auths`", [name for name in _STORES if any(data.named(name.lower()))], mark)
    reading.is_unseen = any(reading.hides(key) for key, _ in data)
    if not all(map(_are_texts, data.named("httpheaders"))):
        reading.faults.append("`HttpHeaders` is not a mapping of texts")
        reading.refused = True
    found = False
    for value in data.named("auths"):
        if isinstance(value, Members):
            found = True
            _read_entries(value, reading)  # a second `auths` adds to the first
        elif reading.hides(value):
            reading.is_unseen = True
        else:
            found = False
            reading.refused |= value is not None
            reading.entries.clear()
    if not found and not reading.is_unseen:
        return DockerConfig((), True) if reading.refused else None, [*reading.faults, _NO_AUTHS]
    return _done(reading)


def _older(data: Any, mark: str) -> tuple[DockerConfig | None, list[str]]:
    """What `parse` makes of a configuration whose entries stand at the top."""
    if not isinstance(data, Members):
        return None, ["the docker configuration is not a mapping"]
    reading = _Reading("the docker configuration", [], mark)
    _read_entries(data, reading)
    if "auths" in reading.entries:
        return DockerConfig((), reading.refused), [f"`{OLDER_KEY}` has its hosts at the top, and not below `auths`"]
    return _done(reading)


def _read_entries(members: Iterable[tuple[str, Any]], reading: _Reading) -> None:
    for number, (key, entry) in enumerate(members, 1):
        if reading.hides(key) or reading.hides(entry):
            reading.is_unseen = True
        else:
            reading.entries[whole(key)] = _entry(whole(key), entry, reading, number)  # of two entries the last one counts


def _done(reading: _Reading) -> tuple[DockerConfig, list[str]]:
    empty = [] if reading.entries or reading.is_unseen else [f"{reading.where} names no registry"]
    config = DockerConfig(tuple(reading.entries.values()), reading.refused, reading.is_unseen)
    return config, [*reading.faults, *empty]


def _are_texts(value: Any) -> bool:
    return value is None or (isinstance(value, Members) and all(one is None or isinstance(one, str) for _, one in value))


def _entry(key: str, entry: Any, reading: _Reading, number: int) -> AuthEntry:
    """One entry; what is wrong with it is added to the reading. A key that is no host is not shown."""
    named = f"the entry of {quote(key, 'host')}"
    if not _KEY.fullmatch(key):
        named = f"entry {number} of {reading.where}"
        reading.faults.append(f"the key of {named} is not a registry host")
    if not isinstance(entry, Members):
        reading.faults.append(f"{named} is not a mapping")
        reading.refused |= entry is not None
        return AuthEntry(key, "", False, False)
    texts, wrong = _texts(entry)
    reading.faults += [f"`{name}` in {named} is not text" for name in wrong]
    reading.refused |= bool(wrong)
    if not texts["auth"]:
        if (why := _lacking(texts, entry, reading.stores)) and not wrong:
            reading.faults.append(f"{named} has no credential: {why}")
        return AuthEntry(key, "" if reading.hides(texts["username"]) else texts["username"], not why, False)
    auth = f"`auth` of {named.removeprefix('the entry of ')}"
    if reading.hides(texts["auth"]) and _BASE64.fullmatch(texts["auth"].replace(reading.mark, "")):
        return AuthEntry(key, "")
    login = _login(texts["auth"])
    if login is None or not all(login):
        reading.faults.append(f"{auth} is not base64 of `user:password`")
    elif any(
        written and written != said for written, said in zip((texts["username"], texts["password"]), login, strict=True)
    ):
        reading.faults.append(f"{auth} says another login than `username` and `password`")
    reading.refused |= login is None
    return AuthEntry(key, login[0] if login else texts["username"], login is not None and all(login))


def _lacking(texts: Mapping[str, str], entry: Members, stores: list[str]) -> str:
    """Why an entry without `auth` holds no credential; nothing where it holds one."""
    if texts["username"] and texts["password"]:
        return ""
    if texts["username"] or texts["password"]:
        return "`username` and `password` belong together"
    token = next((name for name in _TOKENS if any(entry.named(name))), None)
    if token is not None:
        return f"the kubelet does not read `{token}`"
    if stores:
        return f"`{stores[0]}` has left it on the machine where `docker login` ran"
    return "neither `auth` nor `username` and `password`"


def _texts(entry: Members) -> tuple[dict[str, str], list[str]]:
    """What an entry's fields hold, and the fields whose value is neither a text nor `null`."""
    texts, wrong = dict.fromkeys(_FIELDS, ""), dict[str, None]()
    for name in _FIELDS:
        for value in entry.named(name):
            if isinstance(value, str):
                texts[name] = whole(value)
            elif value is not None:
                wrong[name] = None
    return texts, [*wrong]


def login_in(entry: Members) -> tuple[str, str] | None:
    """User and password of an entry, as the kubelet takes them: `auth` before `username` and `password`."""
    texts, _ = _texts(entry)
    if texts["auth"]:
        return _login(texts["auth"])
    return (texts["username"], texts["password"]) if texts["username"] else None


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
    key = KEYS.get(str(data.get("type")), DATA_KEY)
    for values_of, decode in (("stringData", False), ("data", True)):
        values = data.get(values_of)
        if not isinstance(values, Mapping) or key not in values:
            continue
        text = values[key]
        route = (values_of, key)
        if not isinstance(text, str):
            return None, ["the docker configuration is not text"], route
        if not decode:
            return *parse(text, key), route
        try:
            raw = from_base64(text)
        except ValueError:
            return None, ["the docker configuration is not base64"], route
        return *parse(raw, key), route
    return None, [f"the Secret has no `{key}`"], ("data", key)
