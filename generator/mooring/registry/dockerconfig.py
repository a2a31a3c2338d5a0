"""A Secret's `.dockerconfigjson`: read without ever showing what it holds.

https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mooring.redaction import quote

SECRET_TYPE = "kubernetes.io/dockerconfigjson"  # noqa: S105 - a type's name
DATA_KEY = ".dockerconfigjson"
# A scheme and a path are legal: `https://index.docker.io/v1/` is Docker Hub's own key. Globs match host labels.
_KEY = re.compile(
    r"(?:https?://)?[A-Za-z0-9*?\[\]_.-]+(?::[0-9]+)?(?:/\S*)?|(?:https?://)?\[[0-9a-fA-F:.]+\](?::[0-9]+)?(?:/\S*)?"
)


@dataclass(frozen=True, slots=True)
class AuthEntry:
    """One entry of `auths`: the key as written, and the login; the password is looked at and forgotten."""

    key: str
    username: str


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """The entries of one docker configuration."""

    entries: tuple[AuthEntry, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)


def parse(text: str | bytes) -> tuple[DockerConfig | None, list[str]]:
    """The configuration, and in words what is wrong with it; None where nothing can be made of it."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, ["the docker configuration is not JSON"]
    auths = data.get("auths") if isinstance(data, dict) else None
    if not isinstance(auths, dict):
        return None, ["the docker configuration has no mapping `auths`"]
    if not auths:
        return DockerConfig(()), ["`auths` names no registry"]
    faults: list[str] = []
    entries: list[AuthEntry] = []
    for key, entry in auths.items():
        if not _KEY.fullmatch(key):
            faults.append(f"{quote(key, 'host')} is no registry host")
        username = _entry(key, entry, faults)
        entries.append(AuthEntry(key, username))
    return DockerConfig(tuple(entries)), faults


def _entry(key: str, entry: Any, faults: list[str]) -> str:
    if not isinstance(entry, dict):
        faults.append(f"the entry of {quote(key, 'host')} is no mapping")
        return ""
    username = str(entry.get("username") or "")
    if "auth" not in entry:
        faults.append(f"the entry of {quote(key, 'host')} has no `auth`, and some readers know nothing else")
        return username
    try:
        decoded = base64.b64decode(entry["auth"], validate=True).decode()
    except (binascii.Error, ValueError, TypeError):
        faults.append(f"`auth` of {quote(key, 'host')} is not base64 of `user:password`")
        return username
    user, colon, password = decoded.partition(":")
    if not (user and colon and password):
        faults.append(f"`auth` of {quote(key, 'host')} is not base64 of `user:password`")
    elif ("username" in entry and entry["username"] != user) or ("password" in entry and entry["password"] != password):
        faults.append(f"`auth` of {quote(key, 'host')} says another login than `username` and `password`")
    return user or username


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
            return *parse(base64.b64decode(text.replace("\n", ""), validate=True)), route
        except (binascii.Error, ValueError):
            return None, ["the docker configuration is not base64"], route
    return None, [f"the Secret has no `{DATA_KEY}`"], ("data", DATA_KEY)
