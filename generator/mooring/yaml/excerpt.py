"""The line under a problem: structure, keys, and the scalars that the problem's rule declares as showable; no others.

By construction: what is printed is white space, brackets and marks between nodes, and texts that were compared with the
node that stands there. Comments, further lines of a text, anchors, tags and all other scalars are one mask each. Only the
nodes around the caret are looked at, so that a line may be of any length and have any number of problems.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.redaction.fields import is_free, is_known, kind_of
from mooring.redaction.kinds import MASK, Kind, fits, key, without_login
from mooring.yaml.nodes import extent, position

_AROUND = 100  # characters that are shown before the caret, and at least so many after it
_READ = 400  # characters of one node that are looked at
_LONGEST = 120  # characters of a scalar that is shown
_STRUCTURE = re.compile(r"[\s,:\[\]{}?-]*")
_CLOSING = re.compile(r"[\s,:\[\]{}?-]{0,20}\Z")
_CLOSED = re.compile(r"[\]}]{1,9}\Z")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}\s*")
_START = re.compile(r" {0,200}(?:- {1,9}){0,9}")
_KEY_HERE = re.compile(r"([\"']?)[A-Za-z0-9_./$-]{1,128}\1 {0,20}:")
_FIELD = re.compile(r"(?P<quote>[\"']?)(?P<key>[A-Za-z]{1,40})(?P=quote)\s{0,9}:(?=\s|\Z)")


@dataclass(slots=True)
class _Mark:
    """Where a node begins on its line, and the texts that may be shown there: () for structure alone, None for none."""

    column: int
    texts: tuple[str, ...] | None
    kind: Kind | None = None


@dataclass(slots=True)
class Layout:
    """The nodes of a text by line."""

    marks: dict[int, list[_Mark]] = field(default_factory=dict)

    def line(self, text: str, line: int, column: int, kinds: Collection[Kind]) -> tuple[str, int]:
        """What may be shown around `column` of `line` (both 1-based), and where in it the column is then."""
        whole = lines_of(text)[line - 1]
        marks = self.marks.get(line, [])
        at = max(0, bisect.bisect_right(marks, column, key=lambda mark: mark.column) - 1)
        if not marks or marks[0].column > column:
            at = -1
        before, first = "", at
        while first >= 0 and len(before) < _AROUND:
            first -= 1
            before = (_segment(whole, marks, first, kinds) if first >= 0 else _head(whole, marks)) + before
        before = "…" + before if first >= 0 else before
        after, last = _head(whole, marks) if at < 0 else "", max(at, 0)
        while last < len(marks) and len(after) < _AROUND:
            after += _segment(whole, marks, last, kinds)
            last += 1
        return before + after + ("…" if last < len(marks) else ""), len(before) + 1


def _head(line: str, marks: list[_Mark]) -> str:
    """What stands before the line's first node: indentation, dashes and brackets, or the rest of a text from above."""
    text = line[: min(marks[0].column - 1, _READ)] if marks else line[:_READ]
    match = _STRUCTURE.match(text)
    structure = match[0] if match else ""
    if len(structure) < len(text):
        return structure[: len(structure) - len(structure.lstrip())] + MASK + (" " if marks else "")
    return structure[-_AROUND:]


def _segment(line: str, marks: list[_Mark], index: int, kinds: Collection[Kind]) -> str:
    """A node as it may be shown, up to the next one."""
    mark = marks[index]
    last = index + 1 == len(marks)
    start, end = mark.column - 1, len(line) if last else marks[index + 1].column - 1
    text, cut = line[start : min(end, start + _READ)], end > start + _READ
    head = ""
    if mark.texts is not None and (mark.kind is None or mark.kind in kinds):
        head = next((shown for shown in mark.texts if text.startswith(shown)), "")
    if mark.texts != () and not head:
        return _masked(text, last=last, cut=cut)
    match = _STRUCTURE.match(text, len(head))
    rest = match.end() if match else len(head)
    if head and rest == len(head) < len(text):
        return _masked(text, last=last, cut=cut)  # the text goes on: it is another one
    return head + text[len(head) : rest][:_AROUND] + _masked(text[rest:], last=last, cut=cut)


def _masked(text: str, *, last: bool, cut: bool) -> str:
    """A mask for the text, with the brackets and marks that close it."""
    if not text or (last and _BLOCK.fullmatch(text)):
        return text
    match = None if cut else _CLOSED.search(text.rstrip()[-9:]) if last else _CLOSING.search(text[-20:])
    return MASK + (match[0] if match else "")


@functools.lru_cache(maxsize=4)
def layout(root: Any, text: str) -> Layout:
    """The layout of one document of a text: the nodes of its tree, and no others."""
    found = Layout()
    for node, texts, kind in _shown(root, text, 0, len(text) + 2):
        place = position(text, node.index)
        found.marks.setdefault(place.line, []).append(_Mark(place.column, texts, kind))
    for marks in found.marks.values():
        marks.sort(key=lambda mark: mark.column)
    return found


@functools.lru_cache(maxsize=4)
def layout_of_line(root: Any, text: str, line: int) -> Layout:
    """Of the layout of a document, one line: a problem is shown with one (12 µs of a service of 1.3 KB; all of it, 280)."""
    begin, end = extent(text, line)
    marks = [
        _Mark(node.index - begin + 1, texts, kind)
        for node, texts, kind in _shown(root, text, begin, end)
        if begin <= node.index < end
    ]
    return Layout({line: sorted(marks, key=lambda mark: mark.column)})


def _shown(root: Any, text: str, begin: int, end: int) -> Iterator[tuple[Any, tuple[str, ...] | None, Kind | None]]:
    """The nodes of a tree, as they may be shown (as in `_Mark`); not those that cannot be between two places."""
    stack: list[tuple[Any, str, bool]] = [(root, "", False)]
    while stack:
        node, name, blocked = stack.pop()
        if node.value or not node.plain or node.anchor is not None:  # else nothing is written, and readers differ on where
            yield (node, *_value(node, name, blocked=blocked))
        stack += [(item, name, blocked) for item in _touching(node.items, _item_begin, begin, end)]
        for named, value in _touching(node.pairs, _pair_begin, begin, end):
            is_key = _is_key(named, text)
            stack.append((value, named.value, blocked or not is_key or is_free(named.value)))
            if is_key:
                yield named, _written(named.value), None
            else:
                stack.append((named, "", True))


def _touching(parts: Sequence[Any], begins: Callable[[Any], int], begin: int, end: int) -> Iterator[Any]:
    """Those of a node's parts that may have something between two places: each ends where the next one begins."""
    first = bisect.bisect_left(parts, begin, key=begins) - 1
    for part in itertools.islice(parts, max(first, 0), None):
        if begins(part) >= end:
            return
        yield part


def _item_begin(item: Any) -> int:
    index: int = item.index
    return index


def _pair_begin(pair: Any) -> int:
    index: int = pair[0].index
    return index


@functools.lru_cache(maxsize=4)
def hidden(root: Any, text: str) -> Collection[str]:
    """Keys of a document that may be something else: an alias, an item without a `:`."""
    found: set[str] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        stack += node.items
        for named, value in node.pairs:
            stack.append(value)
            if not _is_key(named, text):
                stack.append(named)
                found |= {named.value} if named.value and not is_known(named.value) else set()
                found |= {named.target.value} if named.target is not None else set()
    return found


def _is_key(node: Any, text: str) -> bool:
    """Whether a key is written as one: a word that looks like a field's name, and a `:` behind it."""
    if node.kind != "scalar" or node.tag is not None or node.anchor is not None or key(node.value) != node.value:
        return False
    for written in _written(node.value):
        if text.startswith(written, node.index):
            end = node.index + len(written)
            return text[end : end + 20].lstrip(" ")[:1] == ":"
    return False


def begins_a_key(text: str, line: int, column: int) -> bool:
    """Whether a key is written at a place of a text, with its `:`: not a word of a list, an alias, or `? key`."""
    lines = lines_of(text)
    return line <= len(lines) and _KEY_HERE.match(lines[line - 1], column - 1) is not None


def _written(text: str) -> tuple[str, ...]:
    return text, f'"{text}"', f"'{text}'"


def _value(node: Any, name: str, *, blocked: bool) -> tuple[tuple[str, ...] | None, Kind | None]:
    """The texts that may be shown where the node begins, and their kind; None for none."""
    if node.kind == "alias" or node.tag is not None or node.anchor is not None:
        return None, None
    if node.kind != "scalar":
        return (), None
    if not node.value:
        return ('""', "''"), None
    kind = None if blocked or len(node.value) > _LONGEST else kind_of((name,))
    if kind == "name" and "/" in node.value and not fits(node.value, kind):
        kind = "image"  # an override of images is named as what it overrides
    if kind is None or not fits(node.value, kind) or without_login(node.value) != node.value:
        return None, None
    return _written(node.value), kind


@functools.lru_cache(maxsize=4)
def lines_of(text: str) -> list[str]:
    """The lines of a text, as positions count them."""
    return text.split("\n")


def lexical(text: str, line: int, column: int) -> tuple[str, int]:
    """What may be shown of a line of a text that is no YAML: indentation, dashes, and a field's name that is known."""
    whole = lines_of(text)[line - 1][:_READ]
    match = _START.match(whole)
    start = match.end() if match else 0
    found = _FIELD.match(whole, start)
    if found is not None and is_known(found["key"]):
        start = found.end()
        start += len(whole[start:]) - len(whole[start:].lstrip(" "))
    shown = whole[:start] + (MASK if whole[start:].strip() else "")
    return shown, min(column, start + 1)
