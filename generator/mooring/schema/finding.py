"""One reason why a schema refuses data, in people's words: where it is, what is wrong, what was expected, a hint."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mooring.problems.position import Route, show
from mooring.redaction import MASK, Kind, kind_of, quote, quote_key
from mooring.redaction.fields import is_free
from mooring.redaction.kinds import shorter

_TYPES = {
    "object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "null": "nothing",
}  # fmt: skip
# What the formats of the fleet file are of.
_FORMATS: dict[str, Kind] = {
    "kubernetes-label": "name", "kubernetes-name": "name", "kubernetes-glob": "name", "harbor-name": "name", "host": "host",
    "path": "path", "date-or-never": "date", "calendar-date": "date", "days": "date", "refresh": "date",
}  # fmt: skip
# Looking for a name that is near costs a millisecond: a few faults are mended by it, thousands are another mistake.
_SUGGESTIONS = 20
_LONGEST_SUGGESTED = 40
KEPT = 1000  # findings of one object: nobody reads more

Suggest = Callable[[str, Iterable[str], float], str]
"""Given a word, those that are known and how near one has to be: a hint, or nothing."""


def suggestions() -> Suggest:
    """Hints for the faults of one object: for the first of them, as long as the words are short."""
    left = _SUGGESTIONS

    def suggest(word: str, known: Iterable[str], cutoff: float) -> str:
        nonlocal left
        if len(word) > _LONGEST_SUGGESTED or not left:
            return ""
        left -= 1
        near = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)
        return f"did you mean `{near[0]}`?" if near else ""

    return suggest


@dataclass(frozen=True, slots=True)
class Finding:
    """`code_hint` is one of unknown-key, missing-key, wrong-type, unknown-choice, `format:<name>`, other, or a code;
    `count` is how many findings it stands for."""

    route: Route
    at_key: bool
    code_hint: str
    message: str
    expected: str = ""
    hint: str = ""
    count: int = 1


def limited(found: list[Finding]) -> list[Finding]:
    """At most `KEPT` findings; the others are counted by one more."""
    if len(found) <= KEPT:
        return found
    rest = len(found) - KEPT
    message = f"{rest:,} more faults of this object are not listed"
    return [*found[:KEPT], Finding((), False, "other", message, hint="mend the first ones", count=rest)]


def translate(error: Any, suggest: Suggest) -> Iterator[Finding]:
    """The findings of one of jsonschema's errors; its own message, which quotes values, is not used."""
    route: Route = tuple(error.absolute_path)
    keyword, wanted, data = error.validator, error.validator_value, error.instance
    if keyword == "additionalProperties" and isinstance(data, dict):
        yield from _unknown(route, error.schema, data, suggest)
    elif keyword == "required":
        missing = [name for name in wanted if name not in data]
        for name in missing:
            if error.message.startswith(repr(name)):
                yield Finding(route, False, "missing-key", f"{_what(route)} has no `{name}`", f"`{name}`")
    elif keyword == "type":
        types = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted) if name != "null"]
        message = f"{_what(route)} is {_found(route, data)}"
        yield Finding(route, False, "wrong-type", message, " or ".join(types), _quoting(wanted, data))
    elif keyword in ("enum", "const"):
        choices = [str(value) for value in ([wanted] if keyword == "const" else wanted) if value is not None]
        expected = ", ".join(f"`{value}`" for value in choices)
        value = _value(route, data, "choice")
        hint = suggest(str(data), choices, 0.5) if value is not None else ""
        yield Finding(route, False, "unknown-choice", f"{_what(route)} cannot be {value or _unseen(data)}", expected, hint)
    elif keyword == "format":
        value = _value(route, data, _FORMATS.get(wanted))
        yield Finding(route, False, f"format:{wanted}", f"{_what(route)} cannot be {value or _unseen(data)}")
    elif keyword == "propertyNames" or error.parent is not None:
        yield Finding(route, False, "other", f"{_what(route)} is not as its schema says")
    elif keyword in ("anyOf", "oneOf"):
        yield from _branches(error, suggest)
    elif keyword == "not" and isinstance(wanted, dict) and "required" in wanted:
        names = [f"`{name}`" for name in wanted["required"]]
        message = f"{_what(route)} cannot have {' and '.join(names)}"
        yield Finding(route, False, "other", message, f"one of {', '.join(names)}")
    else:
        yield Finding(route, False, "other", *_limit(route, keyword, wanted, data))


def _unknown(route: Route, schema: dict[str, Any], data: dict[str, Any], suggest: Suggest) -> Iterator[Finding]:
    known = schema.get("properties", {})
    for name, value in data.items():
        if name in known:
            continue
        hint = suggest(name, known, 0.6)
        expected = ", ".join(f"`{key}`" for key in sorted(known)) if len(known) <= 12 and not hint else ""
        # A word of a list in braces is a key without a value: `{password: a,b}` has the key `b`.
        quoted = quote_key(name) if hint or value is not None else f"`{MASK}`"
        yield Finding((*route, name), True, "unknown-key", f"{_what(route)} knows no key {quoted}", expected, hint)


def _branches(error: Any, suggest: Suggest) -> Iterator[Finding]:
    """The branch that fits best: the one that accepts the value's type, and refuses the least inside it."""
    groups: dict[Any, list[Any]] = {}
    for inner in error.context:
        groups.setdefault(inner.schema_path[0], []).append(inner)

    def badness(inner: list[Any]) -> tuple[bool, int]:
        return (any(e.validator == "type" and not e.relative_path for e in inner), len(inner))

    best = min(groups.values(), key=badness, default=[])
    route: Route = tuple(error.absolute_path)
    if not best or badness(best)[0] or all(not inner.relative_path for inner in best):
        names = sorted({name for inner in error.context if inner.validator == "required" for name in inner.validator_value})
        expected = f"one of {', '.join(f'`{name}`' for name in names)}" if names else ""
        yield Finding(route, False, "other", f"{_what(route)} has none of the forms its schema knows", expected)
        return
    for inner in best:
        yield from translate(inner, suggest)


def _limit(route: Route, keyword: str, wanted: Any, data: Any) -> tuple[str, str]:
    words = {
        "pattern": f"text of the form `{wanted}`",
        "minimum": f"{wanted} or more", "maximum": f"{wanted} or less",
        "exclusiveMinimum": f"more than {wanted}", "exclusiveMaximum": f"less than {wanted}",
        "minLength": f"{wanted} or more characters", "maxLength": f"at most {wanted} characters",
        "minItems": f"{wanted} or more entries", "maxItems": f"at most {wanted} entries",
        "uniqueItems": "entries that differ", "minProperties": f"{wanted} or more keys",
    }  # fmt: skip
    if keyword in ("minItems", "minProperties", "minLength") and not data:
        return f"{_what(route)} is empty", words[keyword]
    value = _value(route, data, kind_of(route))
    return f"{_what(route)} cannot be {value or _unseen(data)}", words.get(keyword, "")


def _what(route: Route) -> str:
    return f"`{shorter(show(route))}`" if route else "the document"


def _value(route: Route, data: Any, kind: Kind | None) -> str | None:
    """The value in backticks; None where its field is not declared to hold something that may be shown."""
    if kind is None or isinstance(data, (dict, list)) or any(isinstance(step, str) and is_free(step) for step in route):
        return None
    quoted = quote(data, kind)
    return None if quoted == f"`{MASK}`" else quoted


def _unseen(data: Any) -> str:
    return _kind(data) if isinstance(data, (dict, list)) else "what it is (not shown)"


def _found(route: Route, data: Any) -> str:
    """What a value is; the value itself where its field is declared."""
    value = None if data is None else _value(route, data, kind_of(route))
    return f"{_kind(data)}, {value}" if value is not None else _kind(data)


def _kind(data: Any) -> str:
    for test, name in ((dict, "object"), (list, "array"), (str, "string"), (bool, "boolean"), (int, "integer")):
        if isinstance(data, test):
            return _TYPES[name] if name != "boolean" else "a truth value"
    return "empty" if data is None else "a number"


def _quoting(wanted: Any, data: Any) -> str:
    texts = wanted == "string" or (isinstance(wanted, list) and "string" in wanted)
    return "put it in quotes" if texts and isinstance(data, (bool, int, float)) else ""
