"""An outline by indentation is libyaml's tree, wherever it is sure; and it is sure of what people write.

That places and excerpts are those of the exact reader, `test_marked.py` and `make fuzz` prove of whichever reader gave them.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.redaction.kinds import KINDS
from mooring.yaml import document
from mooring.yaml.document import Document, read_manifests
from mooring.yaml.nodes import Unsure
from mooring.yaml.outline import outline
from mooring.yaml.stream import Part
from mooring.yaml.trees import tree
from tests.support.corpus import PLACES, SCALARS, texts
from tests.support.pieces import PIECES

SERVICE = """\
# A service
apiVersion: serving.kserve.io/v1beta1
kind: "InferenceService"
metadata:
  name: a   # its name
  labels: {team: 'a b', tier: online}

  'annotations':
    example.com/a: "x: y"
    # nothing
    "b": |
      # no comment
      name: x
spec:
  predictor:
    imagePullSecrets:
    - name: harbor

    containers:
      -   name: main
          args: [a, "b",
            c]
          env:
          - {name: A}
      - - nested
        - deep: 1
      -
        name: second
"""


def drawn(node: Any, *, of_key: bool = False) -> Any:
    """All that a tree tells; a value that is not written stands nowhere."""
    inner = [*map(drawn, node.items), *((drawn(key), drawn(value, of_key=True)) for key, value in node.pairs)]
    index = None if of_key and node.plain and not node.value else node.index
    return node.kind, index, node.value, node.plain, node.tag, node.anchor, node.target, inner


def differs(text: str) -> str | None:
    """How the outline of a manifest's documents differs from libyaml's tree, where it is sure; None where it does not."""
    for found in read_manifests(text, "a.yaml")[0]:
        part = found._part
        if not found.is_gated or part is None or part.json:
            continue
        try:
            ours = drawn(outline(found.text, part, found.data))
        except Unsure:
            continue
        if ours != drawn(found.marked()):
            return f"{text!r}: {ours}"
    return None


@pytest.mark.parametrize("place", PLACES)
def test_it_is_libyaml_s_over_the_corpus(place: str) -> None:
    found = [text for where, _, text in texts() if where == place]
    assert [*filter(None, map(differs, [*found, *(f"é: 🚢\n---\n{text}" for text in found)]))] == []


@settings(max_examples=800, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=9).map("".join), st.sampled_from(SCALARS))
def test_it_is_libyaml_s_over_any_text(text: str, scalar: str) -> None:
    assert differs(text.replace("@", scalar)) is None


LINES = st.sampled_from((
    "a: 1", "b:", "- c", "- d: 2", "-", "e: |", "f: 'x", "y'", 'g: "x', 'z: 1"', "h: [1,", "k: 2]", "# n", "", "'l': {m: 1}",
    "- - o", "p: q r", "s t", "?", "- 'u': 1", "v: >-", "w:  # x", "-   x: 1",
))  # fmt: skip


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), LINES), min_size=1, max_size=8))
def test_it_is_libyaml_s_however_lines_are_indented(lines: list[tuple[int, str]]) -> None:
    assert differs("".join(f"{' ' * depth}{line}\n" for depth, line in lines)) is None


def test_it_is_sure_of_what_people_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """libyaml gets the values that are no blocks; never the document."""
    (found,) = read_manifests(SERVICE, "a.yaml")[0]
    exact = Document("a.yaml", SERVICE, found.data, tree(SERVICE, None))
    monkeypatch.setattr(document, "_marked", None)
    for route in (
        (), ("kind",), ("metadata", "name"), ("metadata", "labels", "tier"), ("metadata", "annotations", "example.com/a"),
        ("spec", "predictor", "imagePullSecrets", 0, "name"), ("spec", "predictor", "containers", 0, "args", 2),
        ("spec", "predictor", "containers", 0, "env", 0, "name"), ("spec", "predictor", "containers", 1, 1, "deep"),
        ("spec", "predictor", "containers", 2, "nowhere"),
    ):  # fmt: skip
        for key in (False, True):
            place = found.locate(route, key=key)
            assert place is not None and place == exact.locate(route, key=key)
            assert found.excerpt(place.line, place.column, KINDS) == exact.excerpt(place.line, place.column, KINDS)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('a: "x\nb: 1"\nc: 1\n', {"a": "x b: 1", "c": 1}), ("a:\n    b: 1\n  c: 2\n", {"a": {"b": 1}}),
        ("a: 1\nb: 2\n", {"a": 1}), ("a: 1\n", {"a": 1, "b": 2}), ("- a\n- b\n", ["a"]), ("- a\n", ["a", "b"]),
        ("- a\nb: 1\n", ["a"]), ("a: 1\n", {"b": 1}), ("-\n- b\n", [None, "b"]),
        ("a: |\n  x\n", {"a": "x\n"}), ("a: ---\n", {"a": "---"}), ("", None), ("# a\n", None), ("a: [1\n", {"a": [1]}),
    ],
)  # fmt: skip
def test_it_is_unsure_of_what_is_not_as_the_data_say(text: str, data: Any) -> None:
    with pytest.raises(Unsure):
        drawn(outline(text, Part(0, len(text)), data))


def test_a_part_that_begins_within_a_line_is_not_outlined() -> None:
    with pytest.raises(Unsure):
        outline("{} a: 1\n", Part(3, 8), {"a": 1})
