"""An object with its place: what is said of it stands in its file, where a patch writes it in the patch."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import files
from mooring.kustomization import Changes, gather
from mooring.manifests.objects import BuiltObject, KubernetesObject
from mooring.problems.problem import ObjectRef
from mooring.schema.catalog import Catalog
from mooring.yaml.document import Document, read_manifests

TEXT = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: one}
  spec:
    containers:
    - {name: a, image: "h.example.com/p/a:1"}
"""
BASE = ("items", 0)
IMAGE = ("spec", "containers", 0, "image")


def item(namespace: str = "team") -> KubernetesObject:
    """The object in the list, read from `a.yaml`."""
    [document], problems = read_manifests(TEXT, "a.yaml")
    info = Catalog().kind("v1", "Pod")
    assert info is not None and problems == []
    return KubernetesObject(document, BASE, document.data["items"][0], info, namespace)


@pytest.mark.parametrize("namespace", ["team", ""])
def test_what_it_is_called(namespace: str) -> None:
    found = item(namespace)
    assert (found.name, found.ref) == ("one", ObjectRef("v1", "Pod", namespace, "one"))


def test_a_name_that_is_no_text_is_shown_as_one() -> None:
    [document], _ = read_manifests("apiVersion: v1\nkind: Pod\nmetadata: {name: 12}\n", "a.yaml")
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    assert KubernetesObject(document, (), document.data, info, "").ref.name == "12"


@pytest.mark.parametrize(("route", "line", "column"), [((), 4, 3), (("metadata", "name"), 6, 20), (IMAGE, 9, 24)])
def test_a_problem_stands_in_the_list_that_the_object_is_an_item_of(
    route: tuple[str | int, ...], line: int, column: int
) -> None:
    problem = item().problem("bad-image", "no image", route, hint="write one")
    assert (problem.code, problem.message, problem.hint) == ("bad-image", "no image", "write one")
    assert problem.object == ObjectRef("v1", "Pod", "team", "one")
    placed = problem.located()
    assert (placed.file, placed.line, placed.column) == ("a.yaml", line, column)


def test_a_problem_without_a_route_is_the_whole_object_s() -> None:
    assert item().problem("bad-image", "no image").route == BASE


def test_a_step_leads_to_the_same_place() -> None:
    found = item()
    step = found.step("the image", IMAGE)
    assert (step.message, step.source, step.route) == ("the image", found.source, (*BASE, *IMAGE))


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n  - {name: a, image: 'h.example.com/p/a:1'}\n"
PATCH = POD.replace("a:1", "b:2")
ROOT = "resources: [pod.yaml]\npatches:\n- path: patch.yaml\n"


@pytest.mark.parametrize(("route", "value", "path", "line"), [
    (IMAGE, "h.example.com/p/b:2", "patch.yaml", 6),
    # What no patch writes stands in the object's own file.
    (IMAGE, "h.example.com/p/a:1", "pod.yaml", 6),
    (IMAGE, "h.example.com/p/c:3", "pod.yaml", 6),
    (("metadata", "name"), "h.example.com/p/b:2", "pod.yaml", 3),
])  # fmt: skip
def test_a_built_object_leads_to_the_patch(
    route: tuple[str | int, ...], value: str, path: str, line: int, here: Path
) -> None:
    for name, text in {"kustomization.yaml": ROOT, "pod.yaml": POD, "patch.yaml": PATCH}.items():
        (here / name).write_text(text)
    closure = gather(here, files.Boundary(here))
    [document] = closure.resources
    assert isinstance(document, Document) and closure.problems == []
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    data = {**document.data, "spec": {"containers": [{"name": "a", "image": value}]}}
    found = BuiltObject(document, (), data, info, "team", changes=Changes(closure))
    placed = found.problem("bad-image", "no image", route).located()
    assert (placed.file, placed.line) == (path, line)
