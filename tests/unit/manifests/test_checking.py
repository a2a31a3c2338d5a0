"""A rendered text must read back as what was planned; anything else is a bug, and nothing is written then."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.manifests.checking import NotReadBack, read_back, ref
from mooring.problems.problem import ObjectRef

TEXT = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n"
OBJECT = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}


def test_a_text_reads_back_as_its_objects() -> None:
    assert read_back(TEXT, "a.yaml") == [OBJECT]
    assert read_back(TEXT, "a.yaml", OBJECT) == [OBJECT]
    assert read_back(f"{TEXT}---\n{TEXT}", "a.yaml") == [OBJECT, OBJECT]
    assert read_back("{a: [1, {b: &x c}], d: *x}\n", "a.yaml") == [{"a": [1, {"b": "c"}], "d": "c"}]


@pytest.mark.parametrize("text", [
    TEXT.replace("name: a", "name: b"), TEXT.replace("name: a", "name: 5"),
    TEXT + "  labels: {}\n", f"{TEXT}---\n{TEXT}", "",
    "a: [\n", TEXT + "kind: Namespace\n",
])  # fmt: skip
def test_what_is_not_the_plan_is_a_bug(text: str) -> None:
    with pytest.raises(NotReadBack, match=r"^a\.yaml$"):
        read_back(text, "a.yaml", OBJECT)


@pytest.mark.parametrize("text", ["a: [\n", "a: 1\na: 2\n"])
def test_what_cannot_be_read_is_a_bug(text: str) -> None:
    with pytest.raises(NotReadBack, match=r"^a\.yaml$"):
        read_back(text, "a.yaml")


@pytest.mark.parametrize(("data", "found"), [
    (OBJECT, ObjectRef("v1", "Namespace", "", "a")),
    ({"metadata": {"namespace": "n", "name": "a"}}, ObjectRef("", "", "n", "a")),
    ({"apiVersion": "v1", "kind": "List", "metadata": []}, ObjectRef("v1", "List", "", "")),
])  # fmt: skip
def test_which_object_it_is(data: dict[str, Any], found: ObjectRef) -> None:
    assert ref(data) == found
