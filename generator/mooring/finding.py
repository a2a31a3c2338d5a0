"""One reason why a schema refuses data, in people's words: where it is, what is wrong, what was expected, a hint."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mooring.position import Route, show
from mooring.redaction import is_credential_key

_TYPES = {
    "object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "null": "nothing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """`code_hint` is one of unknown-key, missing-key, wrong-type, unknown-choice, `format:<name>`, other, or a code."""

    route: Route
    at_key: bool
    code_hint: str
    message: str
    expected: str = ""
    hint: str = ""


def translate(error: Any) -> Iterator[Finding]:
    """The findings of one of jsonschema's errors; its own message, which quotes values, is not used."""
    route: Route = tuple(error.absolute_path)
    keyword, wanted, data = error.validator, error.validator_value, error.instance
    if keyword == "additionalProperties" and isinstance(data, dict):
        yield from _unknown(route, error.schema, data)
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
        choices = [wanted] if keyword == "const" else [value for value in wanted if value is not None]
        expected = ", ".join(f"`{value}`" for value in choices)
        near = difflib.get_close_matches(str(data), [str(value) for value in choices], n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else ""
        yield Finding(route, False, "unknown-choice", f"{_what(route)} cannot be {_shown(route, data)}", expected, hint)
    elif keyword == "format":
        yield Finding(route, False, f"format:{wanted}", f"{_what(route)} cannot be {_shown(route, data)}")
    elif keyword == "propertyNames" or error.parent is not None:
        yield Finding(route, False, "other", f"{_what(route)} is not as its schema says")
    elif keyword in ("anyOf", "oneOf"):
        yield from _branches(error)
    elif keyword == "not" and isinstance(wanted, dict) and "required" in wanted:
        names = [f"`{name}`" for name in wanted["required"]]
        message = f"{_what(route)} cannot have {' and '.join(names)}"
        yield Finding(route, False, "other", message, f"one of {', '.join(names)}")
    else:
        yield Finding(route, False, "other", *_limit(route, keyword, wanted, data))


def _unknown(route: Route, schema: dict[str, Any], data: dict[str, Any]) -> Iterator[Finding]:
    known = schema.get("properties", {})
    for name in data:
        if name in known:
            continue
        near = difflib.get_close_matches(str(name), known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else ""
        expected = ", ".join(f"`{key}`" for key in sorted(known)) if len(known) <= 12 and not near else ""
        message = f"{_what(route)} knows no key `{name}`"
        yield Finding((*route, name), True, "unknown-key", message, expected, hint)


def _branches(error: Any) -> Iterator[Finding]:
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
        yield from translate(inner)


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
    return f"{_what(route)} cannot be {_shown(route, data)}", words.get(keyword, "")


def _what(route: Route) -> str:
    return f"`{show(route)}`" if route else "the document"


def _secret(route: Route) -> bool:
    return any(isinstance(step, str) and is_credential_key(step) for step in route)


def _shown(route: Route, data: Any) -> str:
    """A short value, so that it is recognised; never one that stands under a credential-like key."""
    if _secret(route):
        return "what it is (not shown)"
    if isinstance(data, (dict, list)):
        return _kind(data)
    text = data if isinstance(data, str) else json.dumps(data)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:57]}…`"


def _found(route: Route, data: Any) -> str:
    return _kind(data) if isinstance(data, (dict, list)) or data is None else f"{_kind(data)}, {_shown(route, data)}"


def _kind(data: Any) -> str:
    for test, name in ((dict, "object"), (list, "array"), (str, "string"), (bool, "boolean"), (int, "integer")):
        if isinstance(data, test):
            return _TYPES[name] if name != "boolean" else "a truth value"
    return "empty" if data is None else "a number"


def _quoting(wanted: Any, data: Any) -> str:
    texts = wanted == "string" or (isinstance(wanted, list) and "string" in wanted)
    return "put it in quotes" if texts and isinstance(data, (bool, int, float)) else ""
