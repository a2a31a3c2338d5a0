"""A document as a tree of nodes that know where they stand, and the only door to what makes them.

Nothing is resolved here: a node knows its text, its style and its place; what a scalar means is `dialect`'s.
"""

from __future__ import annotations

import bisect
import functools
from dataclasses import dataclass, field

from mooring.problems.position import Position


@dataclass(slots=True, eq=False)
class Node:
    """`kind` is scalar, mapping, sequence or alias; `pairs` are a mapping's, `items` a sequence's, in order.

    `index` is the character of the file where it begins; a `plain` scalar may be something other than a text.
    """

    kind: str
    index: int
    value: str = ""
    plain: bool = False
    tag: str | None = None
    anchor: str | None = None
    target: Node | None = None
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    _names: dict[str, tuple[Node, Node]] | None = None

    def named(self, name: str) -> tuple[Node, Node] | None:
        """The pair of a mapping whose key is written so, the last one of several."""
        if self._names is None:
            self._names = {pair[0].value: pair for pair in self.pairs if pair[0].kind == "scalar"}
        return self._names.get(name)


@functools.lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    starts, at = [0], 0
    while at := text.find("\n", at) + 1:  # 0 where there is none
        starts.append(at)
    return starts


def position(text: str, index: int) -> Position:
    """Line and column of a character of the text, as editors count them: only `\\n` ends a line."""
    starts = _line_starts(text)
    line = bisect.bisect_right(starts, index)
    return Position(line, index - starts[line - 1] + 1)


def extent(text: str, line: int) -> tuple[int, int]:
    """Where a line of the text begins, and where the next one does. A document's last line may end behind its text."""
    starts, behind = _line_starts(text), len(text) + 2
    return (starts[line - 1] if line <= len(starts) else behind), (starts[line] if line < len(starts) else behind)
