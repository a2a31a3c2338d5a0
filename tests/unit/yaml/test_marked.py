"""libyaml's nodes are the exact reader's, at the same places, of every text that the gate lets through."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.problems.position import Position
from mooring.yaml import excerpt, marked
from mooring.yaml.document import Document, read_fleet, read_manifests
from mooring.yaml.trees import tree
from tests.support.corpus import PLACES, SCALARS, texts
from tests.support.pieces import PIECES
from tests.support.readers import apart

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("place", PLACES)
def test_the_nodes_are_the_same_over_the_corpus(place: str) -> None:
    """A manifest has some text in front of it, so that its places are not those of its part."""
    found = [apart(text) for where, _, text in texts() if where == place]
    found += [apart(f"é: 🚢\n---\n{text}") for where, _, text in texts() if where == place]
    assert list(filter(None, found)) == []


def test_the_nodes_are_the_same_in_files_as_people_have_them() -> None:
    files = [path for folder in ("teams", "services", "overlays", "policies", "tests/cases/pull-path") for path in
             sorted((ROOT / folder).rglob("*.yaml"))]  # fmt: skip
    assert len(files) > 100
    assert list(filter(None, map(apart, (path.read_text() for path in files if path.stat().st_size < 20_000)))) == []


@settings(max_examples=800, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=9).map("".join), st.sampled_from(SCALARS))
def test_the_nodes_are_the_same_over_any_text(text: str, scalar: str) -> None:
    assert apart(text.replace("@", scalar)) is None


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=9).map("".join), st.sampled_from(SCALARS))
def test_a_line_is_laid_out_as_it_is_in_the_whole(text: str, scalar: str) -> None:
    found, _ = read_manifests(text.replace("@", scalar), "a.yaml")
    for document in found:
        root = document._root()
        whole = excerpt.layout(root, document.text).marks
        for number in range(1, document.text.count("\n") + 3):
            assert excerpt.layout_of_line(root, document.text, number).marks[number] == whole.get(number, [])


def test_a_fleet_file_and_a_manifest_are_placed_without_the_exact_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mooring.yaml.document.tree", None)
    text = "a: 1\nb:\n- c: {d: 'e', f: [g]}\n"
    for document in (read_fleet(text, "a.yaml")[0], read_manifests(text, "a.yaml")[0][0]):
        assert document is not None
        assert document.locate(("b", 0, "c", "f", 0)) == Position(3, 19)
        assert document.locate(("b", 0, "c", "f"), key=True) == Position(3, 15)
    second = read_manifests(f"é: 1\n---\n{text}", "a.yaml")[0][1]
    assert second.locate(("b", 0, "c", "f", 0)) == Position(5, 19)


@pytest.mark.parametrize(("text", "place"), [
    ("a: &x {b: 1}\nc: *x\nd: 2\n", Position(2, 4)), ('a: {? b : 1}\nc: {"d\\/e": 1}\n', Position(2, 4)),
])  # fmt: skip
def test_what_the_gate_holds_back_is_placed_by_the_exact_one(text: str, place: Position, monkeypatch: Any) -> None:
    """Of a fleet file that another process has read, nobody here knows whether the gate let it through."""
    monkeypatch.setattr(marked, "compose", None)
    read, _ = read_fleet(text, "a.yaml")
    assert read is not None
    known, _ = read_fleet(text, "a.yaml", read.data)
    for document in (read, known):
        assert document is not None and document.locate(("c",)) == place


def test_what_another_process_has_read_is_placed_fast_where_the_gate_lets_it_through() -> None:
    for text, data, is_fast in (("a: yes\n", {"a": "yes"}, True), ("a: &x 1\n", {"a": 1}, False)):
        known, _ = read_fleet(text, "a.yaml", data)
        assert known is not None and not known.is_gated and (known.marked() is not None) == is_fast


def test_what_libyaml_refuses_is_placed_by_the_exact_one() -> None:
    assert marked.compose("a: [", 0) is None
    assert marked.compose("# nothing\n", 0) is None
    document = Document("a.yaml", "a: 1\n", {"a": 1})
    assert document.locate(("a",)) == Position(1, 4)


def test_a_python_without_libyaml_asks_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mooring.yaml.marked", None)
    document = read_manifests("a: 1\nb: {c: 2}\n", "a.yaml")[0][0]
    assert document.locate(("b", "c")) == Position(2, 8)
    assert document._node.kind == "mapping"


def test_a_step_that_everybody_knows_is_a_key() -> None:
    document = read_manifests("spec: {name, odd key, image: x}\n", "a.yaml")[0][0]
    assert document.hidden(("spec", "image", 0)) == ()
    assert document.hidden(("spec", "odd key")) == {"odd key"}
    root = tree("spec: {name, odd key, image: x}\n", None)
    assert excerpt.hidden(root, document.text) == {"odd key"}


@pytest.mark.parametrize(("route", "key", "index"), [
    ((), False, 7), (("a",), True, 7), (("a", "b"), False, 14), (("a", "b"), True, 11), (("a", "c"), False, 17),
    (("a", "d", 1), False, 29), (("a", "d", 2), False, None), (("a", "e"), False, None), (("a", "b", 0), False, None),
    (("f",), False, None),
])  # fmt: skip
def test_a_place_is_read_up_to(route: Any, key: bool, index: int | None) -> None:
    """What stands behind it may be anything: nobody looks there. `c` is empty, and its key stands for it."""
    assert marked.place("a: {b: 1, c: , d: [x, y]}\nz: [", 7, route, key=key) == index


def test_many_places_of_a_long_document_are_found_in_its_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a:\n" + "".join(f"- b: {number}\n" for number in range(1000))
    (found,) = read_manifests(text, "a.yaml")[0]
    monkeypatch.setattr("mooring.yaml.document.marked_place", None)
    assert found.locate(("a", 998, "b")) == Position(1000, 6)
