"""Where a character stands, and the pair of a mapping by its name."""

from __future__ import annotations

import pytest

from mooring.problems.position import Position
from mooring.yaml.nodes import Node, position
from mooring.yaml.stream import Part
from mooring.yaml.trees import text_of_part, tree, trees
from mooring.yaml.unreadable import Unreadable

TEXT = "ab\n\ncd\re\n"


@pytest.mark.parametrize(("index", "line", "column"), [
    (0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (4, 3, 1), (6, 3, 3), (7, 3, 4), (8, 3, 5), (9, 4, 1),
])  # fmt: skip
def test_only_a_line_feed_ends_a_line(index: int, line: int, column: int) -> None:
    assert position(TEXT, index) == Position(line, column)


def test_the_last_pair_of_a_name_counts() -> None:
    node = Node("mapping", 0)
    first, last, odd = (Node("scalar", index, "a") for index in range(3))
    odd.kind = "sequence"
    node.pairs += [(first, first), (last, last), (odd, odd)]
    assert node.named("a") == (last, last)
    assert node.named("a") == (last, last) and node.named("b") is None
    assert Node("scalar", 0, "12").plain is False


@pytest.mark.parametrize(("part", "text"), [
    (Part(0, 4), "a: 1\n"), (Part(0, 5), "a: 1\n"), (Part(3, 3), ""), (Part(0, 4, json=True), "a: 1"),
])  # fmt: skip
def test_the_last_line_ends_too(part: Part, text: str) -> None:
    assert text_of_part("a: 1\nb", part) == text


def test_a_tree_for_each_document() -> None:
    roots = [*trees('a: 1\n---\n# nothing\n---\n{"b": 2}\n---\n- c\n')]
    assert [(root.kind, root.index) for root in roots] == [("mapping", 0), ("mapping", 23), ("sequence", 36)]
    with pytest.raises(Unreadable):
        [*trees("a: [\n")]


def test_a_fleet_file_is_one_document() -> None:
    assert tree("# nothing\n", None) is None
    with pytest.raises(Unreadable, match="one document"):
        tree("a: 1\n---\nb: 2\n", Part(0, 4), core=True)
    root = tree("a: 1\n---\nb: 2\n", Part(9, 14))
    assert root is not None and root.index == 9
