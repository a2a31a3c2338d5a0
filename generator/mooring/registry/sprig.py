"""The values of a template, and the functions of Go and Sprig that are evaluated; a ValueError says that one is not.

https://pkg.go.dev/text/template#hdr-Functions, https://masterminds.github.io/sprig/
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Collection
from typing import Any

UNSEEN = "\ufdd0"
"""Stands for a text that only the cluster sees: a character that is none (https://www.unicode.org/faq/private_use.html)."""


class Missing(Exception):
    """The template uses a value that nothing gives it, which the operator refuses; the text is its name."""


class Values:
    """The values that the template is filled with; `names` are all of theirs, None where more may be given."""

    def __init__(self, names: Collection[str] | None) -> None:
        self.names = names

    def field(self, name: str) -> str:
        """The value that `.name` stands for."""
        if self.names is not None and name not in self.names:
            raise Missing(name)
        return UNSEEN

    def index(self, name: str) -> str:
        """The value that `index . "name"` stands for: nothing, where there is none."""
        return UNSEEN if self.names is None or name in self.names else ""


class Something:
    """What a text holds that only the cluster sees."""


SOMETHING = Something()


def printed_as(value: Any) -> str:
    """How a value is printed."""
    if value is SOMETHING:
        return UNSEEN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int)):
        return str(value)
    raise ValueError


def _printf(form: str, *arguments: Any) -> str:
    """As Go prints `%s`, `%v`, `%d` and `%q`."""
    left = list(arguments)

    def put(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        value = left.pop(0)
        text = printed_as(value)
        if match[0] == "%d" and (not isinstance(value, int) or isinstance(value, bool)):
            raise ValueError
        return _quote(text) if match[0] == "%q" else text

    printed = re.sub(r"%.?", lambda match: put(match) if match[0] in _VERBS else _refuse(), _whole(form), flags=re.DOTALL)
    return printed if not left else _refuse()


_VERBS = ("%%", "%s", "%v", "%d", "%q")


def _refuse() -> str:
    raise ValueError


def _whole(value: Any) -> str:
    """A text that is seen whole: a form or a key that is not, says nothing."""
    if not isinstance(value, str) or UNSEEN in value:
        raise ValueError
    return value


def _quote(value: Any) -> str:
    return json.dumps(printed_as(value), ensure_ascii=False)


def _to_json(value: Any, indent: int | None = None) -> str:
    def other(one: Any) -> str:
        return UNSEEN if one is SOMETHING else _refuse()

    separators = (",", ": " if indent else ":")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=separators, indent=indent, default=other)


def _to_pretty_json(value: Any) -> str:
    return _to_json(value, 2)


def _from_json(text: str) -> Any:
    return SOMETHING if UNSEEN in text else json.loads(text)


def _b64enc(value: str) -> str:
    return UNSEEN if UNSEEN in value else base64.b64encode(value.encode()).decode()


def _b64dec(value: str) -> str:
    return UNSEEN if UNSEEN in value else base64.b64decode(value, validate=True).decode()


def _dict(*items: Any) -> dict[str, Any]:
    # A key that is not seen is kept: its host is unknown, the others are not.
    return dict(zip(map(printed_as, items[::2]), items[1::2], strict=True))


def _index(value: Any, *names: str) -> Any:
    for name in names:
        if isinstance(value, Values):
            value = value.index(_whole(name))
        elif value is not SOMETHING:
            value = value[name]
    return value


def _get(value: Any, name: str) -> Any:
    """As Sprig's `get`, which takes a mapping of its own and not the values themselves."""
    return value if value is SOMETHING else value.get(_whole(name), "") if isinstance(value, dict) else _refuse()


def _joined(*values: Any) -> str:
    """As `print` does: with spaces only between operands that are no texts."""
    return "".join(value if isinstance(value, str) else _refuse() for value in values)


def _join(separator: str, items: list[Any]) -> str:
    return _whole(separator).join(map(printed_as, items)) if isinstance(items, list) else _refuse()


def _replace(old: str, new: str, text: str) -> str:
    """A text that is not wholly seen is none that is seen afterwards."""
    return UNSEEN if UNSEEN in old + new + text else text.replace(old, new)


def _indent(count: int, text: str) -> str:
    pad = " " * count if isinstance(count, int) and 0 <= count <= _WIDEST else _refuse()
    return pad + text.replace("\n", "\n" + pad)


def _nindent(count: int, text: str) -> str:
    return "\n" + _indent(count, text)


_WIDEST = 80


def _default(other: Any, value: Any) -> Any:
    """The value, or the other one where there is none; which of them, is not seen of one that is not seen."""
    hidden = value is SOMETHING or (isinstance(value, str) and UNSEEN in value)
    return UNSEEN if hidden and isinstance(value, str) else value or other


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "printf": _printf, "print": _joined, "quote": _quote, "toString": printed_as, "b64enc": _b64enc, "b64dec": _b64dec,
    "toJson": _to_json, "mustToJson": _to_json, "toRawJson": _to_json, "toPrettyJson": _to_pretty_json,
    "fromJson": _from_json,
    "join": _join, "replace": _replace, "indent": _indent, "nindent": _nindent, "default": _default,
    "dict": _dict, "list": lambda *items: list(items), "index": _index, "get": _get,
    "trim": lambda text: printed_as(text).strip(), "lower": lambda text: printed_as(text).lower(),
    "upper": lambda text: printed_as(text).upper(),
    "trimSuffix": lambda end, text: printed_as(text).removesuffix(_whole(end)),
    "trimPrefix": lambda start, text: printed_as(text).removeprefix(_whole(start)),
}  # fmt: skip
"""The functions of Go and Sprig that are evaluated."""
