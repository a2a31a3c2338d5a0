"""What mooring renders is read alike by the fast reader, which its own check relies on without a gate, by the exact one as
`kubectl` reads it, and by one of YAML 1.2: over every file of the example and of the golden trees, and over random texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.yaml import resolution
from mooring.yaml.constructor import construct
from mooring.yaml.document import rendered
from mooring.yaml.dump import dump
from mooring.yaml.stream import Part, parts
from mooring.yaml.trees import tree

ROOT = Path(__file__).parents[3]
TREES = (ROOT / "overlays", ROOT / "policies", *sorted((ROOT / "tests/cases").glob("*/*/*/expected")))
# Each text once: the policies are the same in every tree, but for their facts.
TEXTS = {
    path.read_text(encoding="utf-8"): path.relative_to(ROOT).as_posix()
    for tree in TREES
    for path in sorted(tree.rglob("*.yaml"))
}
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), FLOATS, st.text(max_size=12))
KEYS = st.text(min_size=1, max_size=5)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=8)


def exactly(text: str, resolve: resolution.Resolve) -> list[object]:
    cut = [part for part in parts(text) if isinstance(part, Part)]
    roots = [tree(text, part) for part in cut]
    return [construct(root, resolve, strict=False, limit=10**9) for root in roots if root is not None]


@pytest.mark.parametrize("path", sorted(TEXTS.values()))
def test_a_golden_file_is_read_alike_by_all(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    found = rendered(text)
    assert found and found == exactly(text, resolution.kubernetes) == exactly(text, resolution.core)
    assert repr(found) == repr(exactly(text, resolution.kubernetes)), "`1` is not `true`, nor `1.0`"


def test_there_are_golden_files() -> None:
    assert len(TEXTS) > 100


@given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_object_is_read_alike_by_all(data: dict[str, object]) -> None:
    try:
        text = dump(data, 0)
    except UnicodeEncodeError:
        return  # half a character is not text: the reader refuses it
    for found in (rendered(text), exactly(text, resolution.kubernetes), exactly(text, resolution.core)):
        assert repr(found) == repr([data])
