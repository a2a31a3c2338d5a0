"""The kinds of values that may be shown, each with what fits it, and how a value is quoted in a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

from mooring.redaction.characters import printable
from mooring.redaction.credentials import is_credential_key

Kind = Literal["image", "uri", "name", "choice", "date", "host", "number", "path", "file", "reason"]
MASK = "***"
_LONGEST = 100  # characters of a value that a message shows
_LONGEST_PATH = 200
_LONGEST_IMAGE = 500  # whole, its digest included: other tools read it
_LONGEST_READ = 5000

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,9})?"
_SCHEME = r"(?:[A-Za-z][A-Za-z0-9+.-]{0,15}://)?"
_FITS = {
    # Wrong ones too, as long as nothing in them is a login: `harbor.example.com:443/Vision/x:1@sha256:0123`.
    "image": rf"{_SCHEME}(?:\[[0-9a-fA-F:.]{{2,45}}\])?(?:[A-Za-z0-9._/:-]|\$\{{[A-Za-z0-9_]{{1,40}}\}}){{1,300}}"
    r"(?:@[A-Za-z0-9+._-]{1,20}:[0-9a-fA-F]{1,128})?",
    # Kubernetes' names, Harbor's, a robot's full name (`robot$vision+ci`), and those that are refused for their letters.
    "uri": r"oci(?:\+[a-z]{1,9})?://[A-Za-z0-9._/:-]{1,300}(?:@[a-z0-9]{1,9}:[0-9a-f]{1,128})?",
    "name": r"|[A-Za-z0-9_*](?:[A-Za-z0-9._$+*-]{0,251}[A-Za-z0-9_*-])?"
    r"(?:/[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)?",
    "choice": r"[A-Za-z][A-Za-z0-9.-]{0,62}(?:/[A-Za-z][A-Za-z0-9.-]{0,40})?|[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}|",
    "date": r"[0-9]{1,4}(?:[-/.][0-9]{1,4}){1,2}|[0-9]{1,4} ?[a-z]{1,9}|[a-z]{1,9}|(?:[0-9]{1,4}[hms]){1,3}",
    "host": rf"{_SCHEME}{_HOST}(?:/[A-Za-z0-9._/-]{{0,100}})?",
    "number": r"[-+]?[0-9]{1,9}(?:\.[0-9]{1,3})?%?",
    "path": r"[\w ./+@~*?\[\]{},:=&%#()-]{1,500}",
}
# Names of files that are there, and why somebody silences a problem: they are written to be read by others, but
# whatever stands in a comment may be a credential: of a reason the words are shown.
_FREE: frozenset[Kind] = frozenset({"file", "reason"})
_FITTING = {kind: re.compile(pattern) for kind, pattern in _FITS.items()}
# Field names of Kubernetes and of fleets, annotations and labels among them.
_KEY = re.compile(r"[A-Za-z0-9_.$-]{1,63}|(?=.{1,128}\Z)[a-z0-9.-]{1,63}/[A-Za-z0-9_.-]{1,63}")
_QUERY = re.compile(r"(://[^?#\s]*)[?#].*")
# A word, a number, a day, a ticket (`OPS-123`, `#12`); not a word of letters and digits.
_WORD = re.compile(
    r"[\"'(]{0,2}(?:[^\W\d_]{1,24}(?:[-/'][^\W\d_]{1,24}){0,4}|[A-Z]{1,10}-[0-9]{1,6}|[#v]?[0-9]{1,5}(?:[-./][0-9]{1,4}){0,3}|[-–—=&+])"
    r"[\"').,;:!?=]{0,3}"
)
_ADDRESS = re.compile(r"[^/\s]+@[^/\s:]+[:/]")


def without_login(text: str) -> str:
    """A path, file name or URL without user, password, query and fragment: all that stands before the last `@` goes."""
    before, scheme, rest = text.partition("://")
    if not scheme:
        before, rest = "", text
        login, at, _ = text.rpartition("@")
        if not at or not (":" in login or _ADDRESS.match(text)):
            return text
    return _QUERY.sub(rf"\1?{MASK}", before + scheme + re.sub(r"^[^?#]*@", f"{MASK}@", rest, flags=re.DOTALL))


def fits(text: str, kind: Kind) -> bool:
    """Whether the text can be of the kind, right or wrong."""
    return _FITTING[kind].fullmatch(text) is not None


def shown(value: object, kind: Kind) -> str:
    """The value as it may be shown: shortened, and a mask where it does not fit its kind."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if len(text) > _LONGEST_READ or isinstance(value, (dict, list, bytes)):
        return MASK
    limit = _LONGEST
    if kind in ("image", "uri"):
        limit = _LONGEST_IMAGE
    elif kind in ("path", "file", "reason", "host"):
        text, limit = without_login(text), _LONGEST_PATH
    if kind in _FREE:
        text = printable(_sentence(text) if kind == "reason" else text)
    elif not fits(text.replace(f"{MASK}@", "", 1), kind):
        return MASK
    return shorter(text, limit)


def _sentence(text: str) -> str:
    """A sentence with a mask for each word that is no word of a language, and for what a credential's name introduces."""
    words: list[str] = []
    hidden = False
    for word in text.split():
        words.append(word if _WORD.fullmatch(word) and not hidden else MASK)
        hidden = (is_credential_key(word.strip("\"'(),.;:=")) and word[-1] in ":=") or (hidden and word in (":", "="))
    return " ".join(words)


def shorter(text: str, limit: int = _LONGEST_PATH) -> str:
    """The text, cut to at most `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def quote(value: object, kind: Kind) -> str:
    """The value in backticks, for a message; `kind` is what its field is declared to hold."""
    return f"`{shown(value, kind)}`"


def key(name: str) -> str:
    """A mapping's key as it may be shown: one that looks like a field's name, else a mask."""
    return name if _KEY.fullmatch(name) else MASK


def quote_key(name: object) -> str:
    """The key in backticks, for a message."""
    return f"`{key(str(name))}`"


KINDS: tuple[Kind, ...] = get_args(Kind)


def quote_or_none(value: object, kind: Kind) -> str | None:
    """The value as `quote` gives it; None where that would be a mask."""
    quoted = quote(value, kind)
    return None if quoted == f"`{MASK}`" else quoted


def listed(names: Sequence[str]) -> str:
    """Some names in a message, which says of a long list how many more there are."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


_LISTED = 8


def titled(kind: object, name: object) -> str:
    """How an object is called in a message: its kind, and its name in backticks."""
    return f"{shown(kind, 'choice')} {quote(name, 'name')}"
