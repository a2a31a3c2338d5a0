"""Text that commands nobody: neither the terminal that shows it, nor the eye that reads it, nor the runner of an Action."""

from __future__ import annotations

import json
import re
from typing import Any

# Printed by nobody, and yet letters or marks for Unicode: they stand for nothing visible.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_OWN_COLOUR = re.compile(r"(\033\[[0-9;]*m)")
# The runner looks for `##[` anywhere in a line, and for `::` at its beginning, white space aside
# (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
_FIRST_VERSION = "##["
_SECOND_VERSION = re.compile(r"^(\s*):(?=:)")


def _is_shown(character: str) -> bool:
    return character.isprintable() and character not in _BLANK


def printable(text: str) -> str:
    """The text on one line: controls, line breaks, bidirectional and invisible characters as escapes (`\\u202e`)."""
    if text.isprintable() and _BLANK.isdisjoint(text):
        return text
    return "".join(c if _is_shown(c) else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def lines(text: str) -> str:
    """The same for text of several lines: line breaks and tabs stay."""
    if text.isascii() and not _CONTROL.search(text):
        return text
    return _BREAK_OR_TAB.sub(lambda match: match[0] if match[0] in "\n\t" else printable(match[0]), text)


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BREAK_OR_TAB = re.compile(r"[\n\t]|[^\n\t]+")


def coloured(text: str) -> str:
    """The same for a text with colours of our own in it: they stay."""
    if "\033" not in text:
        return lines(text)
    return "".join(part if index % 2 else lines(part) for index, part in enumerate(_OWN_COLOUR.split(text)))


def harmless(text: str, *, commands: bool = False) -> str:
    """Text of which no line is a command to the runner of an Action; those of the second version are ours with `commands`.

    What is written instead means the same in JSON and in YAML's double quotes.
    """
    text = text.replace(_FIRST_VERSION, "#\\u0023[")
    if commands or "::" not in text:
        return text
    return "\n".join(_SECOND_VERSION.sub(r"\1\\u003a", line) for line in text.split("\n"))


def as_json(data: Any, indent: int | None = 2) -> str:
    """Data as JSON with a line break at its end, in which what is not printable is escaped as JSON does it."""
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    return _NO_ASCII.sub(_escaped, text) + "\n"


_NO_ASCII = re.compile(r"[^\x00-\x7e]+")


def _escaped(match: re.Match[str]) -> str:
    text = match[0]
    if text.isprintable() and _BLANK.isdisjoint(text):
        return text
    return "".join(c if _is_shown(c) else json.dumps(c)[1:-1] for c in text)
