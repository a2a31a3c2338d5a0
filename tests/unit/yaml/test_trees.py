"""The tree of each document of a text: a manifest's part by part, a fleet file's as a whole."""

from __future__ import annotations

import pytest

from mooring.yaml.stream import Part
from mooring.yaml.trees import text_of_part, tree, trees
from mooring.yaml.unreadable import Unreadable


@pytest.mark.parametrize(("part", "text"), [
    (Part(0, 4), "a: 1\n"), (Part(0, 5), "a: 1\n"), (Part(3, 3), ""), (Part(0, 4, json=True), "a: 1"),
])  # fmt: skip
def test_the_last_line_ends_too(part: Part, text: str) -> None:
    assert text_of_part("a: 1\nb", part) == text


def test_a_tree_for_each_document_that_is_not_empty() -> None:
    roots = [*trees('a: 1\n---\n# nothing\n---\n{"b": 2}\n---\n- c\n')]
    assert [(root.kind, root.index) for root in roots] == [("mapping", 0), ("mapping", 23), ("sequence", 36)]
    with pytest.raises(Unreadable):
        [*trees("a: [\n")]


def test_json_is_read_as_json_and_a_part_as_kubectl_reads_it() -> None:
    text = '{"a": 1, "a": 2}\n---\nyes: !!str 1\n'
    first, last = tree(text, Part(0, 16, json=True)), tree(text, Part(21, 34))
    assert first is not None and [key.value for key, _ in first.pairs] == ["a", "a"]
    assert last is not None and last.pairs[0][1].tag == "tag:yaml.org,2002:str"


def test_a_fleet_file_is_one_document() -> None:
    assert tree("# nothing\n", None) is None
    for part, core in ((Part(0, 4), True), (None, False)):
        with pytest.raises(Unreadable, match="one document"):
            tree("a: 1\n---\nb: 2\n", part, core=core)
    root = tree("a: 1\n---\nb: 2\n", Part(9, 14))
    assert root is not None and root.index == 9
