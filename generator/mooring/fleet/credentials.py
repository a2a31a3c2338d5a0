"""Plaintext credentials in a fleet file: a fleet names records and properties, never what they hold."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.problems.position import Route
from mooring.redaction import is_credential_key

# Harbor's own rule for robot secrets: 8 to 128 characters with an upper-case and a lower-case letter and a digit
# (https://github.com/goharbor/harbor/blob/main/src/common/utils/utils.go). No property name need look like that.
_LOOKS_LIKE_A_SECRET = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,128}", re.DOTALL)
# Begins at what is rare, and crosses no `/` and no `=`, so that no part of a long text is looked at twice.
_USER_INFO = re.compile(r"(?<=[A-Za-z0-9+.-])://[^/\s:@]*:[^/\s@]+@")
_ARGUMENT = re.compile(r"(?:password|passwd|token|secret|api-?key)=(?=(?P<literal>(?!\$\(|\$\{|/)\S)?)", re.IGNORECASE)
_OPTION = string.ascii_letters + string.digits + "-"
# The key under `robots[].secret` holds a property's name, which may well be `password`.
_PROPERTIES = ("username", "password")
# A name of Kubernetes, and a path of names: Harbor's secrets have upper-case letters.
_NAMES = {
    "imagePullSecret": re.compile(r"[a-z0-9][a-z0-9.-]{0,252}"),
    "secret": re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(?:/[a-z0-9][a-z0-9._-]{0,62}){1,5}"),
}
# A variable that Kubernetes expands, what sops has encrypted, and `<your token>`, which is still to be filled in.
_NO_LITERAL = re.compile(r"\$\(|ENC\[|<[A-Za-z][\w .-]*>\Z")


def _literal(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, str):
        return bool(value) and _NO_LITERAL.match(value) is None
    return isinstance(value, (int, float))


def _in_text(value: str) -> bool:
    return ("@" in value and _USER_INFO.search(value) is not None) or ("=" in value and _in_argument(value))


def _in_argument(value: str) -> bool:
    """Whether the text holds an option such as `--db-password=…`, `-token=…`, with something written behind it."""
    end = 0
    for match in _ARGUMENT.finditer(value):
        before = value[end : match.start()]
        end = match.end()
        if match["literal"] and "-" in before[len(before.rstrip(_OPTION)) :]:
            return True
    return False


_SAID = re.compile(r"([\w.-]+)\s*[:=]\s*[^\s:=]")


def may_hold_credential(text: str) -> bool:
    """Whether a text for readers, such as a comment, may say a credential: `password: …`, a login in an address, a secret's
    looks. Rather once too often."""
    if _in_text(text) or any(is_credential_key(match[1]) for match in _SAID.finditer(text)):
        return True
    return any(_LOOKS_LIKE_A_SECRET.fullmatch(word) for word in re.findall(r"[^\s\"'`,;()]+", text))


def in_manifest(data: Mapping[str, Any]) -> Iterator[Route]:
    """The routes of the credentials in a Kubernetes object: a Secret's first plain entry, else as in a fleet file."""
    if data.get("apiVersion") != "v1" or data.get("kind") != "Secret":
        yield from plaintext_credentials(data)
        return
    for plural in ("data", "stringData"):
        entries = data.get(plural)
        for name, value in entries.items() if isinstance(entries, Mapping) else ():
            if _literal(value):
                yield (plural, name)
                return


def _is_a_name(key: str, value: Any, beside: Mapping[str, Any]) -> bool:
    """Whether what stands under a key that looks like a credential's names something instead.

    `secretKey` of an ExternalSecret is the name of a key (https://external-secrets.io/latest/api/externalsecret/),
    `imagePullSecret` a misspelt reference to a Secret, and `secret: harbor/vision` the record of a back end.
    """
    if key == "secretKey":
        return "remoteRef" in beside or "sourceRef" in beside
    pattern = _NAMES.get(key)
    return pattern is not None and isinstance(value, str) and pattern.fullmatch(value) is not None


def plaintext_credentials(data: Any, route: Route = ()) -> list[Route]:
    """The routes of all values in `data` that look like a credential written down."""
    found: list[Route] = []
    _search(data, route, found)
    return found


def _search(data: Any, route: Route, found: list[Route]) -> None:
    """Adds to `found` the routes of the credentials in a mapping or list."""
    if isinstance(data, dict):
        record = route[-1:] == ("secret",) and "spec" not in route
        for key, value in data.items():
            if isinstance(value, (dict, list)):
                _search(value, (*route, key), found)
            elif record and (key == "key" or key in _PROPERTIES):
                if key in _PROPERTIES and isinstance(value, str) and _LOOKS_LIKE_A_SECRET.fullmatch(value):
                    found.append((*route, key))
            elif is_credential_key(key) or (key == "value" and is_credential_key(str(data.get("name", "")))):
                if _literal(value) and not _is_a_name(key, value, data):
                    found.append((*route, key))
            elif isinstance(value, str) and _in_text(value):
                found.append((*route, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            if isinstance(item, (dict, list)):
                _search(item, (*route, index), found)
            elif isinstance(item, str) and _in_text(item):
                found.append((*route, index))
