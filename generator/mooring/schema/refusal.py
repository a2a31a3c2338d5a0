"""An error of jsonschema → findings: for each keyword of JSON Schema one function that says what it refused.

Nothing here reads jsonschema's own messages, which quote values: a keyword, its argument, and the data say it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mooring.problems.position import Route
from mooring.problems.suggestion import Suggestions
from mooring.redaction import MASK, Kind, kind_of, quote_key, quote_or_none
from mooring.redaction.fields import is_free
from mooring.schema.finding import Describe, Finding

_TYPES = {
    "object": "a mapping", "array": "a list", "string": "a string", "integer": "an integer", "number": "a number",
    "boolean": "`true` or `false`", "null": "`null`",
}  # fmt: skip
# What the formats of the fleet file are of.
_FORMATS: dict[str, Kind] = {
    "kubernetes-label": "name", "kubernetes-name": "name", "kubernetes-glob": "name", "harbor-name": "name", "host": "host",
    "path": "path", "date-or-never": "date", "days": "date", "refresh": "date",
}  # fmt: skip
_MOST_LISTED = 12  # known fields of one mapping
_MOST_SUGGESTIONS = 20  # of one object: a few misspelt fields are mended by a hint, thousands are another mistake
_NEAR_FIELD = 0.6
# `deny` is near `Deny`; `sealed-secrets` is another back end than `external-secrets`.
_NEAR_CHOICE = 0.75


@dataclass(frozen=True, slots=True)
class Refusal:
    """One error of jsonschema: `keyword` with its `argument` refused `data` at `route`."""

    route: Route
    keyword: str
    argument: Any
    data: Any
    schema: Any
    branches: list[Any]
    words: Words

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return self.words.describe(self.route) if self.route else "the document"

    @property
    def within(self) -> str:
        """The end of a sentence about something in the refused mapping."""
        return f"in {self.words.describe(self.route)}" if self.route else "at the top level"


class Words:
    """How the findings of one object are worded: its places by `describe`, and hints for its first misspelt words."""

    def __init__(self, describe: Describe) -> None:
        self.describe = describe
        self.suggestions = Suggestions(_MOST_SUGGESTIONS)

    def findings(self, error: Any) -> Iterator[Finding]:
        """The findings of one error; those of a missing field come once for each field that its mapping misses."""
        refusal = Refusal(
            tuple(error.absolute_path), error.validator, error.validator_value, error.instance, error.schema,
            error.context, self,
        )  # fmt: skip
        yield from _BY_KEYWORD.get(refusal.keyword, _bad_value)(refusal)


def _unknown_fields(refusal: Refusal) -> Iterator[Finding]:
    """The findings of fields that the schema does not know."""
    known = refusal.schema.get("properties", {})
    for name, value in refusal.data.items():
        if name in known:
            continue
        hint = refusal.words.suggestions.hint(name, known, cutoff=_NEAR_FIELD)
        listed = len(known) <= _MOST_LISTED and not hint
        expected = ", ".join(f"`{key}`" for key in sorted(known)) if listed else ""
        # A word of a list in braces is a key without a value: `{password: a,b}` has the key `b`.
        quoted = quote_key(name) if hint or value is not None else f"`{MASK}`"
        message = f"unknown field {quoted} {refusal.within}"
        yield Finding((*refusal.route, name), True, "unknown-key", message, expected, hint)


def _missing_fields(refusal: Refusal) -> Iterator[Finding]:
    for name in refusal.argument:
        if name not in refusal.data:
            message = f"missing required field `{name}` {refusal.within}"
            yield Finding(refusal.route, False, "missing-key", message, f"`{name}`")


def _wrong_type(refusal: Refusal) -> Iterator[Finding]:
    wanted = [refusal.argument] if isinstance(refusal.argument, str) else refusal.argument
    expected = " or ".join(_TYPES[name] for name in wanted if name != "null")
    data = refusal.data
    value = None if data is None else _value(refusal.route, data, kind_of(refusal.route))
    actual = _type_of(data) if value is None else f"{_type_of(data)}, {value}"
    hint = "put it in quotes" if "string" in wanted and isinstance(data, (bool, int, float)) else ""
    yield Finding(refusal.route, False, "wrong-type", f"{refusal.place} is {actual}", expected, hint)


def _unknown_choice(refusal: Refusal) -> Iterator[Finding]:
    wanted = [refusal.argument] if refusal.keyword == "const" else refusal.argument
    choices = [str(choice) for choice in wanted if choice is not None]
    value = _value(refusal.route, refusal.data, "choice")
    hint = refusal.words.suggestions.hint(str(refusal.data), choices, "choice", _NEAR_CHOICE) if value is not None else ""
    message = _with_value("unsupported value", value, refusal)
    yield Finding(refusal.route, False, "unknown-choice", message, ", ".join(f"`{choice}`" for choice in choices), hint)


def _bad_format(refusal: Refusal) -> Iterator[Finding]:
    value = _value(refusal.route, refusal.data, _FORMATS.get(refusal.argument))
    yield Finding(refusal.route, False, f"format:{refusal.argument}", _with_value("invalid value", value, refusal))


def _excluded(refusal: Refusal) -> Iterator[Finding]:
    if not isinstance(refusal.argument, dict) or "required" not in refusal.argument:
        yield from _bad_value(refusal)
        return
    names = [f"`{name}`" for name in refusal.argument["required"]]
    message = f"{refusal.place} cannot have {' and '.join(names)} together"
    yield Finding(refusal.route, False, "other", message, f"one of {', '.join(names)}")


def _no_form(refusal: Refusal) -> Iterator[Finding]:
    """What the form that fits best refuses; where none fits better than the others, that none does."""
    best = _best_form(refusal.branches)
    if best:
        for error in best:
            yield from refusal.words.findings(error)
        return
    missing = {name for error in refusal.branches if error.validator == "required" for name in error.validator_value}
    expected = f"one of {', '.join(f'`{name}`' for name in sorted(missing))}" if missing else ""
    yield Finding(refusal.route, False, "other", f"{refusal.place} matches none of the allowed forms", expected)


def _best_form(errors: list[Any]) -> list[Any]:
    """The errors of the form that takes the value's type and refuses the least inside it; none where no form is nearest."""
    forms: dict[Any, list[Any]] = {}
    for error in errors:
        forms.setdefault(error.schema_path[0], []).append(error)

    def is_of_another_type(form: list[Any]) -> bool:
        return any(error.validator == "type" and not error.relative_path for error in form)

    best = min(forms.values(), key=lambda form: (is_of_another_type(form), len(form)), default=[])
    is_nearest = not is_of_another_type(best) and any(error.relative_path for error in best)
    return best if is_nearest else []


def _empty_or_bad(refusal: Refusal) -> Iterator[Finding]:
    if refusal.data:
        yield from _bad_value(refusal)
    else:
        yield Finding(refusal.route, False, "other", f"{refusal.place} is empty", _limit(refusal))


def _bad_value(refusal: Refusal) -> Iterator[Finding]:
    value = _value(refusal.route, refusal.data, kind_of(refusal.route))
    yield Finding(refusal.route, False, "other", _with_value("invalid value", value, refusal), _limit(refusal))


_BY_KEYWORD: dict[str, Callable[[Refusal], Iterator[Finding]]] = {
    "additionalProperties": _unknown_fields,
    "required": _missing_fields,
    "type": _wrong_type,
    "enum": _unknown_choice,
    "const": _unknown_choice,
    "format": _bad_format,
    "not": _excluded,
    "anyOf": _no_form,
    "oneOf": _no_form,
    "minItems": _empty_or_bad,
    "minProperties": _empty_or_bad,
    "minLength": _empty_or_bad,
}
_LIMITS = {
    "pattern": "a string that matches `{}`",
    "minimum": "{} or more", "maximum": "{} or less", "exclusiveMinimum": "more than {}", "exclusiveMaximum": "less than {}",
    "minLength": "{} or more characters", "maxLength": "at most {} characters",
    "minItems": "{} or more entries", "maxItems": "at most {} entries", "uniqueItems": "entries that differ",
    "minProperties": "{} or more fields", "maxProperties": "at most {} fields", "multipleOf": "a multiple of {}",
}  # fmt: skip


def _limit(refusal: Refusal) -> str:
    return _LIMITS.get(refusal.keyword, "").format(refusal.argument)


def _with_value(fault: str, value: str | None, refusal: Refusal) -> str:
    """The fault with its value, where that may be shown, and its place."""
    if value is not None:
        return f"{fault} {value} in {refusal.place}"
    unseen = "" if isinstance(refusal.data, (dict, list)) else " (not shown)"
    return f"{fault}{unseen} in {refusal.place}"


def _value(route: Route, data: Any, kind: Kind | None) -> str | None:
    """The value in backticks; None where its field is not declared to hold something that may be shown."""
    if kind is None or isinstance(data, (dict, list)) or any(isinstance(step, str) and is_free(step) for step in route):
        return None
    return quote_or_none(data, kind)


def _type_of(data: Any) -> str:
    for kind, name in ((dict, "object"), (list, "array"), (str, "string"), (int, "integer"), (float, "number")):
        if isinstance(data, kind):
            return "a boolean" if isinstance(data, bool) else _TYPES[name]
    return "empty"
