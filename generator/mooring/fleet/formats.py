"""What a name, host, path, date or duration may look like, each rule typed once, with its code and its words."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_LABEL_RE = re.compile(_LABEL)
_SUBDOMAIN_RE = re.compile(rf"{_LABEL}(\.{_LABEL})*")
# https://github.com/goharbor/harbor/blob/main/src/common/utils/utils.go (robot and project names)
_HARBOR_RE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_HOST_RE = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
    r"|\[[0-9a-fA-F:.]{2,45}\])(?::([0-9]{1,5}))?"
)
_DATE_RE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS_RE = re.compile(r"([1-9][0-9]{0,3})d")
_REFRESH_RE = re.compile(r"(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?")
_QUALIFIED_RE = re.compile(rf"(?:(?=.{{1,253}}/){_LABEL}(?:\.{_LABEL})*/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?")
_LABEL_VALUE_RE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")


def _host(text: str) -> bool:
    match = _HOST_RE.fullmatch(text)
    return match is not None and len(text) <= 253 and (match[1] is None or 0 < int(match[1]) < 65536)


def _path(text: str) -> bool:
    return bool(text) and not text.startswith(("/", "~")) and "\\" not in text and "\0" not in text


def parse_date(text: str) -> datetime.date | None:
    """`2027-03-01` as a date; None where the text is no day of the calendar."""
    if not _DATE_RE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def days(text: str) -> int:
    """`30d` → 30."""
    return int(text[:-1])


@dataclass(frozen=True, slots=True)
class Format:
    """A JSON Schema `format` of the fleet file: the test, the problem's code and what is expected, in words."""

    code: str
    expected: str
    test: Callable[[str], bool]


def _format(code: str, expected: str, test: Callable[[str], object]) -> Format:
    return Format(code, expected, functools.lru_cache(maxsize=1 << 16)(lambda text: bool(test(text))))


FORMATS: dict[str, Format] = {
    "kubernetes-label": _format(
        "bad-name",
        "1 to 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit",
        _LABEL_RE.fullmatch,
    ),
    "kubernetes-name": _format(
        "bad-name",
        "lower-case letters, digits, `-` and `.`, at most 253, each part beginning and ending with a letter or digit",
        lambda text: len(text) <= 253 and _SUBDOMAIN_RE.fullmatch(text),
    ),
    "kubernetes-glob": _format(
        "bad-name", "a namespace's name, in which `*` stands for any letters", re.compile(r"[-a-z0-9*]{1,63}").fullmatch
    ),
    "harbor-name": _format(
        "bad-name",
        "lower-case letters and digits, in parts joined by one `.`, `_` or `-`, as Harbor requires",
        lambda text: len(text) <= 255 and _HARBOR_RE.fullmatch(text),
    ),
    "host": _format("bad-host", "`host` or `host:port`, without a scheme and without a path", _host),
    "api-server": _format(
        "bad-host",
        "the address of an API server, as `https://host` or `https://host:port`",
        re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9.:/_\]-]*").fullmatch,
    ),
    "harbor-api": _format(
        "bad-host",
        "the address of a Harbor, as `https://host` or `https://host:port`",
        re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9.:_\]-]*(?:/[A-Za-z0-9._~-]+)*/?").fullmatch,
    ),
    "cluster-name": _format("bad-name", "a name without spaces and braces", re.compile(r"[^\s{}\x00-\x1f\x7f]+").fullmatch),
    "age-recipient": _format(
        "bad-name", "the public key of age, as `age1…`", re.compile(r"age1[02-9ac-hj-np-z]{10,4000}").fullmatch
    ),
    "path": _format("bad-path", "a path relative to this file, with `/` between its parts", _path),
    "date-or-never": _format(
        "bad-date", "a day as `YYYY-MM-DD`, or `never`", lambda text: text == "never" or parse_date(text)
    ),
    "days": _format("bad-date", "whole days, as `30d`", _DAYS_RE.fullmatch),
    "refresh": _format("bad-date", "a duration, as `15m` or `1h30m`", lambda text: text and _REFRESH_RE.fullmatch(text)),
    "label-key": _format("bad-name", "a label key, as `team` or `example.com/team`", _QUALIFIED_RE.fullmatch),
    "label-value": _format("bad-name", "at most 63 letters, digits, `-`, `_` and `.`", _LABEL_VALUE_RE.fullmatch),
}
