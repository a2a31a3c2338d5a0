"""Why the kubelet refuses an image (InvalidImageName), in a word that rule `bad-image` has a sentence for.

https://github.com/distribution/reference/blob/v0.6.0/regexp.go is the grammar; `reference.parse` decides, this explains.
"""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HEX = re.compile(r"[A-Fa-f0-9]*")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_LONGEST_TAG, _LONGEST_PATH = 128, 255


def fault(written: str, *, model: bool) -> str:
    """What is wrong with an image that is no reference; a `model`'s address begins with a scheme."""
    rest = written.partition("://")[2] if model else written
    if not rest:
        return "empty"
    if any(letter.isspace() for letter in rest):
        return "space"
    if _SCHEME.match(rest):
        return "scheme"
    rest, at, digest = rest.partition("@")
    if at:
        return _of_digest(digest) or "character"
    before, slash, last = rest.rpartition("/")
    name, colon, tag = last.partition(":")
    return (_of_tag(tag) if colon else "") or _of_path(f"{before}{slash}{name}")


def _of_digest(digest: str) -> str:
    algorithm, _, digits = digest.partition(":")
    if algorithm not in _DIGITS:
        return "digest-algorithm"
    if len(digits) != _DIGITS[algorithm]:
        return "digest-length"
    return "" if _HEX.fullmatch(digits) and digits == digits.lower() else "digest-digits"


def _of_tag(tag: str) -> str:
    if not tag:
        return "tag-empty"
    if ":" in tag:
        return "two-tags"
    if len(tag) > _LONGEST_TAG:
        return "tag-length"
    return "" if _TAG.fullmatch(tag) else "tag"


def _of_path(path: str) -> str:
    first, slash, rest = path.partition("/")
    has_host = bool(slash) and ("." in first or ":" in first or first == "localhost")
    names = rest if has_host else path
    if path.startswith("/") or path.endswith("/") or "//" in path:
        return "part-empty"
    if names != names.lower():
        return "upper-case"
    if len(names) > _LONGEST_PATH:
        return "path-length"
    return "id" if _HEX.fullmatch(path) and len(path) == _DIGITS["sha256"] else "character"
