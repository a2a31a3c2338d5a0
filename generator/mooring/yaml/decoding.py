"""Bytes → text, as every reader of YAML takes it; and a fault of a text → its problem."""

from __future__ import annotations

import re

from mooring.problems.position import Position
from mooring.problems.problem import Problem
from mooring.yaml import excerpt
from mooring.yaml.nodes import position
from mooring.yaml.unparsed import Unparsed, syntax
from mooring.yaml.unreadable import Fault

# https://yaml.org/spec/1.2.2/#51-character-set ; a byte order mark stands at the beginning of a file only.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def decode(raw: bytes | str, path: str) -> tuple[str, list[Problem]]:
    """The text of a file; empty, and a problem, where it is not UTF-8 or holds what no YAML may."""
    if isinstance(raw, bytes):
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "", [syntax(path, "", None, "the file is UTF-16", "save it as UTF-8")]
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
            shown = raw.decode("utf-8", "replace")
            return "", [syntax(path, shown, Position(line, column), "the file is not UTF-8", "save it as UTF-8")]
    else:
        text = raw
    text = text.replace("\r\n", "\n")
    match = _NO_TEXT.search(text)
    if match is not None:
        hint = "take it out, or write it as an escape in double quotes"
        message = "a control character, which YAML does not allow"
        if match[0] == "\ufeff":
            message = "a byte order mark inside the file, which not every reader passes over"
        return "", [refused(path, text, Fault("syntax", message, match.start(), hint))]
    return text, []


def refused(path: str, text: str, fault: Fault) -> Problem:
    """A fault's problem; a key that may be something else is not named."""
    place = position(text, fault.index)
    named = fault.code != "duplicate-key" or excerpt.begins_a_key(text, place.line, place.column)
    message = fault.message if named else "a key is given twice"
    return Problem(fault.code, message, Unparsed(path, text, place), hint=fault.hint, count=fault.count)
