"""Text → nodes where somebody looks, by the indentation of its lines: a place in a service of 1.3 KB and its excerpt take
70 µs so, and 130 by way of libyaml, most of them for nodes that nobody asks for.

Only for a document that the gate has let through and that was read: it is known to be YAML, and its data say which keys and
how many items each block has. What does not have just these, or is written in a way that is not looked at here, is `Unsure`:
libyaml's nodes are asked then (`marked`). What is no block (a scalar, a flow collection) is libyaml's anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mooring.yaml.nodes import Unsure
from mooring.yaml.stream import Part
from mooring.yaml.trees import marked_tree

_CONTENT = re.compile(r"\n( *)(?=[^ \n#])")
_FIRST = re.compile(r"( *)(?=[^ \n#])")
_KEY = re.compile(r"""(?:([A-Za-z0-9_.$/][A-Za-z0-9_.$/-]*+)|"([^"\\\n]*+)"|'([^'\n]*+)') *+:(?=[ \n]|\Z) *+""")
_DASH = re.compile(r"-(?=[ \n]|\Z) *+")
_SIMPLE = re.compile(r"[A-Za-z/$_][A-Za-z0-9/$_.-]*+ *+(?:\n|\Z)")
# What is no value of its own, or not the same one, in a text of its own.
_ODD = ("|", ">", "%", "---", "...")


class Name:
    """A key."""

    __slots__ = ("index", "plain", "value")
    kind, tag, anchor, target, items, pairs = "scalar", None, None, None, (), ()

    def __init__(self, index: int, value: str, *, plain: bool) -> None:
        self.index, self.value, self.plain = index, value, plain


class Leaf:
    """What is no block, or is not written at all; libyaml makes a node of it when somebody comes by."""

    __slots__ = ("_end", "_found", "_text", "index")
    tag = anchor = target = None

    def __init__(self, text: str, index: int, end: int) -> None:
        self._text, self.index, self._end = text, index, end
        self._found: Any = None

    def _node(self) -> Any:
        if self._found is None:
            written = self._text[self.index : self._end]
            if _SIMPLE.fullmatch(written) is not None or not written:
                self._found = Name(self.index, written.rstrip(" \n"), plain=True)
            else:
                self._found = None if written.startswith(_ODD) else marked_tree(self._text, Part(self.index, self._end))
            if self._found is None or self._found.index != self.index:
                raise Unsure
        return self._found

    @property
    def kind(self) -> str:
        kind: str = self._node().kind
        return kind

    @property
    def value(self) -> str:
        value: str = self._node().value
        return value

    @property
    def plain(self) -> bool:
        plain: bool = self._node().plain
        return plain

    @property
    def items(self) -> Any:
        return self._node().items

    @property
    def pairs(self) -> Any:
        return self._node().pairs

    def named(self, name: str) -> Any:
        """The pair of a mapping whose key is written so."""
        return self._node().named(name)


class Block:
    """A block mapping or sequence: its entries begin in `column`, from the one at `index` on; the lines `first` to `end` are
    those below that."""

    __slots__ = ("_column", "_data", "_end", "_first", "_lines", "_names", "_parts", "_text", "index", "kind")
    value, plain = "", False
    tag = anchor = target = None

    def __init__(self, lines: _Lines, index: int, column: int, first: int, end: int, data: Any) -> None:
        self.kind = "mapping" if isinstance(data, dict) else "sequence"
        self.index = index
        self._lines, self._text = lines, lines.text
        self._column, self._first, self._end, self._data = column, first, end, data
        self._parts: Any = None
        self._names: dict[str, Any] | None = None

    @property
    def items(self) -> Any:
        return self._made() if self.kind == "sequence" else ()

    @property
    def pairs(self) -> Any:
        return self._made() if self.kind == "mapping" else ()

    def named(self, name: str) -> Any:
        """The pair of a mapping whose key is written so."""
        if self._names is None:
            self._names = {key.value: (key, value) for key, value in self.pairs}
        return self._names.get(name)

    def _made(self) -> Any:
        if self._parts is None:
            self._parts = [*(self._pairs() if self.kind == "mapping" else self._items())]
        return self._parts

    def _entries(self, *, dashes: bool) -> Iterator[tuple[int, int, int]]:
        """Of each entry where it begins, and its further lines."""
        begins, indents, column, text = self._lines.begins, self._lines.indents, self._column, self._text
        begin, first = self.index, self._first
        for number in range(self._first, self._end):
            if indents[number] > column:
                continue
            if indents[number] < column:
                raise Unsure
            if (_DASH.match(text, begins[number]) is not None) is dashes:
                yield begin, first, number
                begin, first = begins[number], number + 1
            elif dashes:
                raise Unsure
        yield begin, first, self._end

    def _pairs(self) -> Iterator[tuple[Name, Any]]:
        values = iter(self._data.items())
        for begin, first, end in self._entries(dashes=False):
            match, (name, data) = _KEY.match(self._text, begin), next(values, (None, None))
            if match is None or match[match.lastindex or 1] != name:
                raise Unsure
            key = Name(begin, name, plain=match.lastindex == 1)
            yield key, self._lines.value(match.end(), self._column, first, end, data, is_item=False)
        if next(values, None) is not None:
            raise Unsure

    def _items(self) -> Iterator[Any]:
        values = iter(self._data)
        for begin, first, end in self._entries(dashes=True):
            match, data = _DASH.match(self._text, begin), next(values, self)
            if match is None or data is self:
                raise Unsure
            column = self._column + match.end() - begin
            yield self._lines.value(match.end(), column, first, end, data, is_item=True)
        if next(values, self) is not self:
            raise Unsure


class _Lines:
    """The lines of a document that hold something else than a comment: where that begins, and in which column."""

    def __init__(self, text: str, part: Part) -> None:
        self.text, self.end = text, part.end
        found = [match.span(1) for match in _CONTENT.finditer(text, part.begin - 1 if part.begin else 0, part.end)]
        if part.begin == 0 and (first := _FIRST.match(text, 0, part.end)) is not None:
            found.insert(0, first.span(1))
        self.begins = [end for _, end in found]
        self.indents = [end - begin for begin, end in found]

    def _line_end(self, index: int) -> int:
        """Where the line of a character ends."""
        found = self.text.find("\n", index, self.end)
        return self.end if found < 0 else found

    def value(self, begin: int, column: int, first: int, end: int, data: Any, *, is_item: bool) -> Any:
        """The value that stands from `begin` on in its line, or on the lines `first` to `end`; `column` is that of its key,
        or its own in an item."""
        character = self.text[begin : min(begin + 1, self.end)]
        if character not in ("", "\n", "#"):
            if is_item and isinstance(data, (dict, list)) and self._begins_block(begin, data):
                return Block(self, begin, column, first, end, data)
            last = self._line_end(self.begins[end - 1] if end > first else begin)
            return Leaf(self.text, begin, last)
        if first == end:
            if is_item:
                raise Unsure  # libyaml has a place for what is not written there
            return Leaf(self.text, begin, begin)
        return self.below(first, end, data)

    def below(self, first: int, end: int, data: Any) -> Any:
        """What the lines `first` to `end` hold."""
        begin = self.begins[first]
        if isinstance(data, (dict, list)) and self._begins_block(begin, data):
            return Block(self, begin, self.indents[first], first + 1, end, data)
        return Leaf(self.text, begin, self._line_end(self.begins[end - 1]))

    def _begins_block(self, begin: int, data: Any) -> bool:
        if isinstance(data, dict):
            return _KEY.match(self.text, begin) is not None
        return _DASH.match(self.text, begin) is not None


def outline(text: str, part: Part, data: Any) -> Any:
    """The root of a part of a text that was read as `data`. Raises `Unsure`, as all that is asked of it may."""
    lines = _Lines(text, part)
    if not lines.begins or (part.begin and text[part.begin - 1] != "\n"):
        raise Unsure
    return lines.below(0, len(lines.begins), data)
