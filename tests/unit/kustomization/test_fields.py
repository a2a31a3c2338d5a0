"""The fields of a kustomization as Go decodes them, and what each of their values names."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kustomization.fields import decode, folded, is_deep, references
from mooring.yaml.document import read_manifests


def read(text: str) -> tuple[dict[str, Any], list[tuple[str, str, tuple[str | int, ...]]], list[tuple[str | int, ...]]]:
    """The values by their fields' names; use, entry and route of each reference; the routes of the problems."""
    (document,), problems = read_manifests(text, "kustomization.yaml")
    assert problems == []
    found = decode(document)
    named = [(reference.use, reference.entry, reference.route) for reference in references(found)]
    return found.values, named, [problem.route for problem in found.problems]


@pytest.mark.parametrize(("text", "named"), [
    ("resources: [a, b]\n", [("resource", "a", ("resources", 0)), ("resource", "b", ("resources", 1))]),
    ("bases: [a]\n", [("resource", "a", ("bases", 0))]),
    ("components: [a]\n", [("component", "a", ("components", 0))]),
    ("crds: [a]\nconfigurations: [b]\n", [("file", "a", ("crds", 0)), ("file", "b", ("configurations", 0))]),
    ("generators: [a]\n", [("plugin", "a", ("generators", 0))]),
    ("patchesStrategicMerge: [a]\n", [("patch", "a", ("patchesStrategicMerge", 0))]),
    ("patches: [{path: a}, {patch: x}]\n", [("file", "a", ("patches", 0, "path"))]),
    ("secretGenerator: [{files: [k=a], envs: [b], env: c}]\n", [
        ("keyed file", "k=a", ("secretGenerator", 0, "files", 0)), ("file", "b", ("secretGenerator", 0, "envs", 0)),
        ("file", "c", ("secretGenerator", 0, "env")),
    ]),
    ("openapi: {path: a}\n", [("file", "a", ("openapi", "path"))]),
    ("openapi: {Path: a}\n", []),
    # Go matches a field's name whatever its case, the long s and the Kelvin sign included.
    ("RESOURCES: [a]\n", [("resource", "a", ("RESOURCES", 0))]),
    ("re\u017fources: [a]\n", [("resource", "a", ("re\u017fources", 0))]),
    ("patches: [{PATH: a}]\n", [("file", "a", ("patches", 0, "PATH"))]),
    ("resources: null\n", []),
    ("patches: [{path: ''}]\n", []),
    ("namePrefix: a-\n", []),
])  # fmt: skip
def test_what_a_kustomization_names(text: str, named: list[tuple[str, str, tuple[str | int, ...]]]) -> None:
    assert read(text)[1:] == (named, [])


@pytest.mark.parametrize(("text", "route"), [
    ("resource: [a]\n", ("resource",)),
    ("resources: [a]\nResources: [b]\n", ("Resources",)),
    ("resources: a\n", ("resources",)),
    ("resources: [5]\n", ("resources", 0)),
    ("resources: ['']\n", ("resources", 0)),
    ("patches: {path: a}\n", ("patches",)),
    ("patches: [{path: [a]}]\n", ("patches", 0, "path")),
    ("patches: [{path: a, Path: b}]\n", ("patches", 0, "Path")),
    ("patches: [{target: {}, Target: {}}]\n", ("patches", 0, "Target")),
    ("namePrefix: 5\n", ("namePrefix",)),
    ("openapi: {path: 5}\n", ("openapi", "path")),
    ("- a\n", ()),
])  # fmt: skip
def test_what_kustomize_would_not_decode(text: str, route: tuple[str | int, ...]) -> None:
    assert read(text)[2] == [route]


def nested(levels: int) -> Any:
    data: Any = "x"
    for level in range(levels):
        data = [data] if level % 2 else {"a": data}
    return data


@pytest.mark.parametrize(("levels", "deep"), [(0, False), (2, False), (101, False), (102, True), (5_000, True)])
def test_no_kustomization_nests_so_deep(levels: int, deep: bool) -> None:
    assert is_deep(nested(levels)) is deep


def test_a_key_as_go_compares_it() -> None:
    assert (folded("Re\u017fources"), folded("\u212a"), folded(5)) == ("resources", "k", "5")
