"""A ResourceList: what is one, and how results get into it without a change to anything else."""

from __future__ import annotations

import json

import pytest

from mooring.manifests.resource_list import ResourceList, read
from mooring.problems.problem import ObjectRef, Problem
from mooring.yaml.document import read_manifests

LIST = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1 # a comment that stays
  kind: Pod
  metadata:
    name: a
    annotations: {internal.config.kubernetes.io/path: a.yaml, internal.config.kubernetes.io/index: '2'}
  spec: {containers: [{name: x, image: "harbor.example.com/p/a:1"}]}
"""
OBJECT = ObjectRef("v1", "Pod", "", "a")
ROUTE = ("items", 0, "spec", "containers", 0, "image")
PROBLEM = Problem("bad-image", "it is wrong", file="<stdin>", route=ROUTE, hint="mend it", object=OBJECT)
RESULT = {
    "message": "it is wrong (hint: mend it)",
    "severity": "error",
    "resourceRef": {"apiVersion": "v1", "kind": "Pod", "name": "a"},
    "field": {"path": "spec.containers[0].image"},
    "file": {"path": "a.yaml", "index": 2},
    "tags": {"code": "bad-image"},
}


def one(text: str) -> ResourceList:
    found, problems = read(text.encode(), "<stdin>")
    assert found is not None and problems == []
    return found


def test_without_problems_the_bytes_are_the_same() -> None:
    raw = ("\ufeff" + LIST.replace("\n", "\r\n")).encode()
    found, _ = read(raw, "<stdin>")
    assert found is not None and found.with_results([]) == raw


def test_results_stand_behind_what_was_given() -> None:
    assert one(LIST).with_results([PROBLEM]) == (LIST + f"results:\n- {json.dumps(RESULT)}\n").encode()


@pytest.mark.parametrize(
    ("text", "before"),
    [
        pytest.param(
            json.dumps({"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": []}), 0, id="json"
        ),
        pytest.param(LIST + "...\n", 0, id="document-ends"),
        pytest.param(LIST + "results: [{message: earlier}]\n", 1, id="results-of-others"),
        pytest.param(LIST.rstrip("\n"), 0, id="no-line-break"),
        pytest.param(LIST + "functionConfig: |\n text", 0, id="ends-with-a-block"),
        pytest.param("  " + LIST.replace("\n", "\n  ").rstrip(" "), 0, id="indented"),
    ],
)
def test_results_are_in_the_list_however_it_is_written(text: str, before: int) -> None:
    found = one(text)
    (again,), refused = read_manifests(found.with_results([PROBLEM]), "<stdin>")
    assert refused == []
    data = {key: value for key, value in again.data.items() if key != "results"}
    assert data == {key: value for key, value in found.document.data.items() if key != "results"}
    assert [one["message"] for one in again.data["results"]] == ["earlier"] * before + [RESULT["message"]]


@pytest.mark.parametrize(
    ("changed", "key", "meant"),
    [
        ({"severity": "note"}, "severity", "info"),
        ({"severity": "warning"}, "severity", "warning"),
        ({"environment": "prod"}, "tags", {"code": "bad-image", "environment": "prod"}),
        ({"environment": "dev", "environments": ("dev", "prod")}, "tags", {"code": "bad-image", "environment": "dev, prod"}),
        ({"object": None}, "resourceRef", None),
        ({"file": "fleet.yaml", "route": ("robots", 0)}, "field", None),
        ({"file": "fleet.yaml", "route": ("robots", 0)}, "file", None),
        ({"route": ("items", 0)}, "field", None),
        ({"route": ("functionConfig", "spec", "image")}, "field", None),
        ({"route": ("functionConfig", "spec", "image")}, "file", None),
        ({"hint": ""}, "message", "it is wrong"),
    ],
)
def test_what_a_result_says(changed: dict[str, object], key: str, meant: object) -> None:
    problem = Problem(**{"file": "<stdin>", "code": "bad-image", "message": "it is wrong", "route": ROUTE, "object": OBJECT, **changed})  # type: ignore[arg-type]  # fmt: skip  # noqa: E501
    (again,), _ = read_manifests(one(LIST).with_results([problem]), "<stdin>")
    assert again.data["results"][0].get(key) == meant


@pytest.mark.parametrize(
    ("annotations", "meant"),
    [
        ("{config.kubernetes.io/path: b.yaml}", {"path": "b.yaml"}),
        ("{config.kubernetes.io/path: b.yaml, config.kubernetes.io/index: x}", {"path": "b.yaml"}),
        # Of more documents than any file has, the number is left out.
        ("{config.kubernetes.io/path: b.yaml, config.kubernetes.io/index: '999999'}", {"path": "b.yaml", "index": 999_999}),
        ("{config.kubernetes.io/path: b.yaml, config.kubernetes.io/index: '1000000'}", {"path": "b.yaml"}),
        ("{config.kubernetes.io/index: '1'}", None),
        ("[a]", None),
    ],
)
def test_the_file_is_the_one_that_the_tool_names(annotations: str, meant: object) -> None:
    before = "{internal.config.kubernetes.io/path: a.yaml, internal.config.kubernetes.io/index: '2'}"
    (again,), _ = read_manifests(one(LIST.replace(before, annotations)).with_results([PROBLEM]), "<stdin>")
    assert again.data["results"][0].get("file") == meant


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "there are 0 documents, and a function gets one ResourceList", None),
        (LIST + "---\na: b\n", "there are 2 documents, and a function gets one ResourceList", None),
        ("[]\n", "this is no ResourceList", 1),
        (LIST.replace("ResourceList", "List"), "this is no ResourceList", 1),
        (LIST.replace("ResourceList", "Service"), "this is no ResourceList", 1),
        (LIST.replace("kind: ResourceList\n", ""), "this is no ResourceList", 1),
        (LIST.replace("config.kubernetes.io/v1\n", "v1\n"), "a ResourceList is of `config.kubernetes.io/v1`", 1),
        (LIST[: LIST.index("items")] + "items: a\n", "`items` is no list", 3),
        (LIST + "results: a\n", "`results` is no list", 10),
    ],
)
def test_what_is_none(text: str, message: str, line: int | None) -> None:
    found, (problem,) = read(text.encode(), "<stdin>")
    assert (found, problem.message, problem.located().line) == (None, message, line)
