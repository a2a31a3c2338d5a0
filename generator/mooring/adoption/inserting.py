"""Additions to a fleet file that is there: lines are put between its lines, and nothing else of it changes.

A list in block style gets further items, one in flow style further values before its bracket; a key that is missing is
added behind its mapping. What comes out is read again, and must be what was there with the additions.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mooring.adoption.fleetfile import LISTS, Draft
from mooring.problems.position import Route
from mooring.yaml.document import Document, read_fleet
from mooring.yaml.dump import dump

_DASHES = re.compile(r"( *)-( +)$")
_NOTHING = re.compile(r"\s*(#.*)?$")


class NotInserted(Exception):
    """The text is written in a way that nothing can be put into: `what` is to be added by hand."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def inserted(text: str, draft: Draft) -> str:
    """The fleet file with what the draft adds to it. `NotInserted` where that does not come out."""
    for route, texts, values in _additions(text, draft):
        text = _added(text, route, texts, values)
    return text


def _additions(text: str, draft: Draft) -> Iterator[tuple[Route, Sequence[str], Sequence[Any]]]:
    """Each list with what is added to it: its route, and the new items as text and as data."""
    for name in LISTS:
        entries = getattr(draft, name)
        if entries:
            yield (name,), [entry.text for entry in entries], [dict(entry.data) for entry in entries]
    document, _ = read_fleet(text, "")
    listed = document.data.get("environments", []) if document is not None else []
    for index, environment in enumerate(listed):
        for key, values in draft.extended.get(environment["name"], {}).items():
            yield ("environments", index, key), [dump([value]) for value in values], values


def _added(text: str, route: Route, texts: Sequence[str], values: Sequence[Any]) -> str:
    """The text with the items behind the list at `route`; the first way that comes out is taken."""
    document, _ = read_fleet(text, "")
    if document is None:
        raise NotInserted(".".join(map(str, route)))
    wanted = _with(document.data, route, values)
    for candidate in _candidates(document, text, route, texts, values):
        found, problems = read_fleet(candidate, "")
        if found is not None and not problems and found.data == wanted:
            return candidate
    raise NotInserted("".join(texts))


def _with(data: Any, route: Route, values: Sequence[Any]) -> Any:
    """The data with further values in a list, which may be missing or empty."""
    result = copy.deepcopy(data)
    parent = result
    for step in route[:-1]:
        parent = parent[step]
    parent[route[-1]] = [*(parent.get(route[-1]) or []), *json.loads(json.dumps(values))]
    return result


def _candidates(
    document: Document, text: str, route: Route, texts: Sequence[str], values: Sequence[Any]
) -> Iterator[str]:  # fmt: skip
    """The text with the items at each place that may be the list's end, the likeliest first."""
    lines = text.split("\n")
    there = _get(document.data, route)
    key = document.locate(route, key=True)
    if there:
        at = document.locate((*route, len(there) - 1))
        match = _DASHES.fullmatch(lines[at.line - 1][: at.column - 1].replace("\r", "")) if at else None
        if match is not None:
            yield from _at_lines(lines, _ends(document, route, lines), _indented(texts, match[1]))
        yield from _in_flow(text, document, route, values)
    elif document.has(route) and key is not None:
        line = lines[key.line - 1]
        bare = re.sub(r"(:)\s*(\[\s*\]|null|~)?(\s*#.*)?(\r?)$", r"\1\3\4", line)
        column = " " * (key.column - 1)
        yield from _at_lines([*lines[: key.line - 1], bare, *lines[key.line :]], [key.line], _indented(texts, column))
    else:
        beside = document.locate((*route[:-1], "name"), key=True) if len(route) > 1 else None
        column = " " * (beside.column - 1) if beside is not None else ""
        block = [f"{column}{route[-1]}:", *_indented(texts, column)]
        yield from _at_lines(lines, _ends(document, route[:-1], lines), block)


def _get(data: Any, route: Route) -> Any:
    for step in route:
        data = data[step] if isinstance(step, int) else (data or {}).get(step)
    return data


def _indented(texts: Sequence[str], pad: str) -> list[str]:
    return [pad + line if line else line for text in texts for line in text.removesuffix("\n").split("\n")]


def _ends(document: Document, route: Route, lines: Sequence[str]) -> list[int]:
    """After which lines what stands at `route` may end: before the blank lines and comments that follow it, or behind."""
    behind = len(lines) if lines[-1] else len(lines) - 1
    for step in range(len(route), 0, -1):
        parent, last = _get(document.data, route[: step - 1]), route[step - 1]
        names: list[Any] = [*range(len(parent))] if isinstance(last, int) else [*parent]
        following = names[names.index(last) + 1 :]
        if following:
            place = document.locate((*route[: step - 1], following[0]), key=True)
            behind = place.line - 1 if place is not None else behind
            break
    end = behind
    while end and _NOTHING.match(lines[end - 1]):
        end -= 1
    # A comment that is indented further than what follows belongs to what stands above it.
    own = end
    while own < behind and lines[own].startswith("   ") and lines[own].strip():
        own += 1
    return [*dict.fromkeys((own, end, behind))]


def _at_lines(lines: Sequence[str], ends: Sequence[int], block: Sequence[str]) -> Iterator[str]:
    """The text with the block behind each of these lines, in the line ends of the text."""
    mark = "\r" if lines[0].endswith("\r") else ""
    for end in ends:
        before, after = list(lines[:end]), list(lines[end:])
        yield "\n".join([*before, *(line + mark for line in block), *(after or [""])])


def _in_flow(text: str, document: Document, route: Route, values: Sequence[Any]) -> Iterator[str]:
    """The text with the values before each bracket that may close the list."""
    at = document.locate((*route, len(_get(document.data, route)) - 1))
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: at.line - 1]) + at.column - 1 if at else len(text)
    more = ", ".join(json.dumps(value) for value in values)
    for match in re.finditer(r"(,?\s*)\]", text[start:]):
        place = start + match.start()
        yield f"{text[:place]}, {more}{match[1].replace(',', '')}{text[place + len(match[1]) :]}"
