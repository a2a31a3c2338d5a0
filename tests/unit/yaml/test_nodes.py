"""Where a character stands, and the pair of a mapping by its name."""

from __future__ import annotations

import pytest

from mooring.problems.position import Position
from mooring.yaml.nodes import Node, position

TEXT = "ab\n\ncd\re\n"


@pytest.mark.parametrize(("index", "line", "column"), [
    (0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (4, 3, 1), (6, 3, 3), (7, 3, 4), (8, 3, 5), (9, 4, 1),
])  # fmt: skip
def test_only_a_line_feed_ends_a_line(index: int, line: int, column: int) -> None:
    assert position(TEXT, index) == Position(line, column)


def test_an_empty_first_line_counts() -> None:
    assert [position("\n\na", index) for index in range(3)] == [Position(1, 1), Position(2, 1), Position(3, 1)]


def test_the_last_pair_of_a_name_counts() -> None:
    node = Node("mapping", 0)
    first, last, odd = (Node("scalar", index, "a") for index in range(3))
    odd.kind = "sequence"
    node.pairs += [(first, first), (last, last), (odd, odd)]
    assert node.named("a") == (last, last)
    assert node.named("a") == (last, last) and node.named("b") is None
    assert Node("scalar", 0, "12").plain is False
