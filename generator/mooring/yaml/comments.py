"""The comments of a document, by the value that they stand beside; and the same beside the values of another text.

What is a comment is asked of the reader: a text without it must hold the same data. So is where it may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from mooring.problems.position import Route
from mooring.yaml.document import Document, read_manifests

_HASH = re.compile(r"(?:^|(?<=[ \t]))#")
# More of them are no comments on values: the file is something else.
_MOST_LINES = 5_000
_MOST_TRIED = 200


class Comment(NamedTuple):
    """A comment of one line, from its `#`: at the end of the line on which the value at `route` begins, or above it."""

    route: Route
    text: str
    is_trailing: bool


def comments(document: Document) -> list[Comment]:
    """The comments that stand beside a value; those at the end of a document stand beside none."""
    text, first = document.written()
    lines = text.split("\n")
    if "#" not in text or len(lines) > _MOST_LINES:
        return []
    places, begins = _places(lines, document.path), _beginnings(document)
    found: list[Comment] = []
    above: list[str] = []
    for number, line in enumerate(lines):
        at = places.get(number)
        comment = line[at:].rstrip() if at is not None else ""
        if at is not None and not line[:at].strip():
            above.append(comment)
        elif (route := begins.get(number + first)) is not None:
            found += [Comment(route, one, is_trailing=False) for one in above]
            found += [Comment(route, comment, is_trailing=True)] if comment else []
            above = []
    return found


def _places(lines: Sequence[str], path: str) -> dict[int, int]:
    """Where on which line a comment begins: what a text holds without it is what it holds with it."""
    data = _data("\n".join(lines), path)
    maybe = {number: [match.start() for match in _HASH.finditer(line)] for number, line in enumerate(lines)}
    first = {number: found[0] for number, found in maybe.items() if found}
    if data is None or _data(_without(lines, first), path) == data:
        return first if data is not None else {}
    # A `#` in a text or a block is none.
    tried = [(number, at) for number, found in maybe.items() for at in found][:_MOST_TRIED]
    sure: dict[int, int] = {}
    for number, at in tried:
        if number not in sure and _data(_without(lines, {number: at}), path) == data:
            sure[number] = at
    return sure if _data(_without(lines, sure), path) == data else {}


def _without(lines: Sequence[str], places: dict[int, int]) -> str:
    return "\n".join(line[: places[number]].rstrip() if number in places else line for number, line in enumerate(lines))


def _data(text: str, path: str) -> Any:
    """What the one document of a text holds; None where it is none, or not one."""
    found, problems = read_manifests(text, path)
    return found[0].data if len(found) == 1 and not problems else None


def _beginnings(document: Document) -> dict[int, Route]:
    """By line, the outermost value that begins on it, at its key."""
    found: dict[int, Route] = {}
    for route in _routes(document.data):
        place = document.locate(route, key=True)
        if place is not None:
            found.setdefault(place.line, route)
    return found


def _routes(data: Any, route: Route = ()) -> Iterator[Route]:
    """The routes of all values, the outer ones first."""
    if isinstance(data, (dict, list)):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield (*route, step)
            yield from _routes(value, (*route, step))


def commented(text: str, wanted: Sequence[Comment], read: Callable[[str], Document | None]) -> str:
    """The text with those of the comments whose values it has; `read` gives its document, which is to stay the same."""
    document = read(text)
    if document is None or not wanted:
        return text
    whole = _put(text, wanted, document)
    if _stays(whole, document, read):
        return whole
    for one in wanted:
        tried = _put(text, [one], read(text) or document)
        text = tried if _stays(tried, document, read) else text
    return text


def _stays(text: str, document: Document, read: Callable[[str], Document | None]) -> bool:
    found = read(text)
    return found is not None and found.data == document.data


def _put(text: str, wanted: Sequence[Comment], document: Document) -> str:
    lines = text.split("\n")
    above: dict[int, list[str]] = {}
    for route, comment, is_trailing in wanted:
        place = document.locate(route, key=True) if document.has(route) else None
        if place is None:
            continue
        line = lines[place.line - 1]
        if is_trailing and "#" not in line:
            lines[place.line - 1] = f"{line}  {comment}"
        else:
            pad = " " * (len(line) - len(line.lstrip(" ")))
            above.setdefault(place.line - 1, []).append(pad + comment)
    return "\n".join(one for number, line in enumerate(lines) for one in (*above.get(number, ()), line))
