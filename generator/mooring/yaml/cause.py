"""The likely cause of a syntax error: a reader stumbles lines behind it, over what it took for one long text.

Each test here looks for one slip that people make; where none is found, the error stays where the reader stopped.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mooring.redaction.fields import is_known
from mooring.yaml.unreadable import Unreadable

# https://git-scm.com/docs/git-merge#_how_conflicts_are_presented
_CONFLICT = re.compile(r"^(?:<{7} \S|={7}$|>{7} \S)", re.MULTILINE)
_NO_SPACE = re.compile(r"[ \t]{0,200}(?:- {1,9}){0,9}(?P<key>[A-Za-z]{1,40})(?P<colon>:)(?=[^\s/])(?!.*: )")
_OPENED = {"[": "]", "{": "}"}


class Span(NamedTuple):
    """Where a scalar begins and ends."""

    begin: int
    end: int


class Stop(NamedTuple):
    """What a reader had read when it stopped: its last scalar in quotes, its last plain one, and where its node began."""

    quoted: Span | None
    plain: Span | None
    node: int | None


def cause(text: str, error: Unreadable, stop: Stop) -> Unreadable:
    """The error at its likely cause."""
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        hint = "keep one side and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`"
        return Unreadable("a merge conflict is not resolved", conflict.start(), hint)
    if stop.quoted is not None and _ends_before(text, stop.quoted, error.index):
        return Unreadable("a quote is not closed on its line", stop.quoted.begin, "close the quote")
    bracket = stop.node if stop.node is not None and text[stop.node : stop.node + 1] in _OPENED else None
    if bracket is not None and _is_left_open(text, bracket, error.index):
        return Unreadable(f"a `{text[bracket]}` is not closed", bracket, f"close it with `{_OPENED[text[bracket]]}`")
    colon = _without_space(text, error.index)
    if colon is not None:
        return Unreadable("a `:` without a space behind it", colon, "write `key: value`")
    return error if bracket is not None else _outside_brackets(text, error, stop)


def _outside_brackets(text: str, error: Unreadable, stop: Stop) -> Unreadable:
    """The error at its cause, where every bracket is closed: in them a comma may be missing as well."""
    if stop.quoted is not None and not text[stop.quoted.end : error.index].strip(" ") and error.index >= stop.quoted.end:
        hint = "write a quote inside of the text twice, or put the text in quotes of the other kind"
        return Unreadable("text behind a closing quote", stop.quoted.end, hint)
    if stop.plain is not None and text[error.index : error.index + 1] == ":" and _ends_before(text, stop.plain, error.index):
        return _run_on(text, stop.plain, error.index)
    return error


def _run_on(text: str, plain: Span, index: int) -> Unreadable:
    """The error of a line that was read as more of the text above: one lacks its `:`, or the other is indented wrongly."""
    above = text[_line(text, plain.begin)[0] : plain.begin]
    if not above.strip(" -"):
        return Unreadable("a key without `:`", plain.begin, "write `key: value`")
    begin = _line(text, index)[0]
    begin += len(text[begin:index]) - len(text[begin:index].lstrip(" "))
    hint = "align it with the key above, or put the value in quotes"
    return Unreadable("this line continues the value of the line above", begin, hint)


def _line(text: str, index: int) -> tuple[int, int]:
    """Begin and end of the line that holds a character."""
    end = text.find("\n", index)
    return text.rfind("\n", 0, index) + 1, len(text) if end == -1 else end


def _ends_before(text: str, scalar: Span, index: int) -> bool:
    """Whether the error stands behind the end of a scalar, on its last line, that began on another line."""
    return scalar.end <= index <= _line(text, scalar.end - 1)[1] and "\n" in text[scalar.begin : scalar.end]


def _is_left_open(text: str, bracket: int, index: int) -> bool:
    """Whether a bracket is not closed: the reader stopped on a later line that is indented no deeper than the bracket's."""
    begin, stop = _line(text, bracket)[0], _line(text, index)
    if not text[index:].strip():
        return True
    line, opened = text[stop[0] : stop[1]], text[begin:bracket]
    return stop[0] != begin and len(line) - len(line.lstrip(" ")) <= len(opened) - len(opened.lstrip(" "))


def _without_space(text: str, index: int) -> int | None:
    """Where a field's name is followed by `:` and its value at once: on the reader's line, or the one before it."""
    begin, end = _line(text, index)
    before = _line(text, begin - 1) if begin else (0, 0)
    for start, stop in (before, (begin, end)):
        match = _NO_SPACE.match(text[start:stop])
        if match is not None and is_known(match["key"]):
            return start + match.start("colon")
    return None
