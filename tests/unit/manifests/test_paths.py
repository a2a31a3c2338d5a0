"""Paths → the objects they hold: what is walked, what is passed over, and what is said of the rest."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mooring.files import reading
from mooring.manifests import paths
from mooring.manifests.paths import items, read

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"


def found(folder: Path, files: dict[str, str], *paths: str) -> tuple[list[str], list[tuple[str, int | None]], int]:
    """The names of the objects, code and line of the problems, and how many files were skipped."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    inputs = read(paths or (".",))
    located = [problem.located() for problem in inputs.problems]
    names = [one.data["metadata"].get("name", "") for one in inputs.found]
    return names, [(problem.code, problem.line) for problem in located], inputs.skipped


@pytest.mark.parametrize(("files", "names", "skipped"), [
    ({"a.yaml": POD % "a", "b.yml": POD % "b", "c.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}'},
     ["a", "b", "c"], 0),
    ({"a.yaml": POD % "a", "deep/er/b.yaml": POD % "b"}, ["a", "b"], 0),
    # Hidden folders and those of packages are not a repository's own.
    ({".git/a.yaml": POD % "a", ".github/b.yaml": POD % "b", "x/.hidden/c.yaml": POD % "c"}, [], 0),
    ({"node_modules/a.yaml": POD % "a", "x/node_modules/b.yaml": POD % "b"}, [], 0),
    ({"node_modules2/a.yaml": POD % "a"}, ["a"], 0),
    ({".a.yaml": POD % "a"}, ["a"], 0),
    # What is no manifest is counted.
    ({"README.md": "# a\n", "values.yaml": "a: 1\n", "empty.yaml": "", "a.yaml": POD % "a"}, ["a"], 3),
    ({"Chart.yaml": "name: x\n", "templates/a.yaml": "{{ .Values }}\n", "b.yaml": POD % "b"}, ["b"], 2),
    ({"templates/a.yaml": POD % "a"}, ["a"], 0),
    ({"suite/kyverno-test.yaml": "x: 1\n", "suite/a.yaml": POD % "a", "suite/deep/b.yaml": POD % "b", "c.yaml": POD % "c"},
     ["c"], 2),
    ({"fleet.yaml": "apiVersion: mooring.dev/v1\nkind: Fleet\nmetadata: {name: x}\n"}, [], 1),
    ({"a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n"}, [""], 0),
    ({"a.yaml": "apiVersion: v1\nkind: PodList\nitems:\n- " + (POD % "a").replace("\n", "\n  ") + "\n"}, ["a"], 0),
])  # fmt: skip
def test_what_a_folder_holds(
    files: dict[str, str], names: list[str], skipped: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, files) == (names, [], skipped)


@pytest.mark.parametrize(("text", "names", "problems"), [
    ("a: 1\n", [], [("schema", 1)]),
    (POD % "a" + "---\na: 1\n", ["a"], [("schema", 5)]),
    ("apiVersion: v1\nkind: Pod\nmetadata: {}\n", [], [("schema", 1)]),
    ("apiVersion: v1\nkind: ''\nmetadata: {name: a}\n", [], [("schema", 1)]),
    ("apiVersion: 1\nkind: Pod\nmetadata: {name: a}\n", [], [("schema", 1)]),
    ("- a\n", [], [("schema", 1)]),
    ("", [], []),
    ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: a}\n", [], []),
])  # fmt: skip
def test_a_file_that_is_named_must_hold_manifests(
    text: str, names: list[str], problems: list[tuple[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, {"a.yaml": text}, "a.yaml")[:2] == (names, problems)


def test_a_stranger_beside_a_manifest_is_a_problem_in_a_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, {"a.yaml": POD % "a" + "---\na: 1\n"}) == (["a"], [("schema", 5)], 0)


def test_a_path_that_is_not_there_is_told_from_one_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    missing = read(["missing.yaml"])
    assert ([problem.code for problem in missing.problems], missing.unreadable) == (["bad-path"], True)
    (tmp_path / "pipe.yaml").mkdir()
    assert read(["pipe.yaml"]).unreadable is False


def test_a_path_that_is_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found(tmp_path, {"a.yaml": POD % "a"}, "a.yaml", "a.yaml")[0] == ["a"]


def test_the_objects_of_a_list_have_their_routes() -> None:
    assert list(items({"kind": "PodList", "items": [1, 2]})) == [(("items", 0), 1), (("items", 1), 2)]
    assert list(items({"kind": "Pod", "items": [1]})) == [((), {"kind": "Pod", "items": [1]})]
    assert list(items({"kind": "PodList", "items": 1})) == [((), {"kind": "PodList", "items": 1})]
    assert list(items(5)) == [((), 5)]


def standard_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read where `-` stands among the paths; what is no manifest there is a problem, as in a file that is named."""
    monkeypatch.chdir(tmp_path)
    standard_input(monkeypatch, POD % "a" + "---\na: 1\n")
    assert found(tmp_path, {"b.yaml": POD % "b"}, "-", "b.yaml") == (["a", "b"], [("schema", 5)], 0)


def test_standard_input_must_hold_manifests(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, "a: 1\n")
    assert [problem.code for problem in read(["-"]).problems] == ["schema"]


def test_standard_input_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_limit", 10)
    standard_input(monkeypatch, POD % "a")
    [problem] = read(["-"]).problems
    assert (problem.code, problem.file, problem.message.startswith("standard input is larger than")) == (
        "bad-path", "<stdin>", True,
    )  # fmt: skip


@pytest.mark.parametrize(("path", "changed", "names", "skipped"), [
    # Of a commit's changed files those of a chart are skipped; one that is named is read, whatever it is called.
    ("chart/templates/a.yaml", True, [], 1),
    ("chart/templates/a.yaml", False, ["a"], 0),
    ("chart/a.yaml", True, ["a"], 0),
    ("plain/templates/a.yaml", True, ["a"], 0),
    ("plain/a.txt", False, ["a"], 0),
    ("plain/a.txt", True, [], 1),
])  # fmt: skip
def test_a_file_that_is_named(
    path: str, changed: bool, names: list[str], skipped: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (path, "chart/Chart.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(POD % "a")
    inputs = read([path], changed=changed)
    assert ([one.data["metadata"]["name"] for one in inputs.found], inputs.skipped) == (names, skipped)
    assert inputs.problems == []


def test_a_broken_manifest_in_a_folder_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    broken = POD % "a" + "spec: [\n"
    assert found(tmp_path, {"a.yaml": broken, "c.yaml": POD % "c"}) == (["c"], [("syntax", 5)], 0)


def test_what_is_skipped_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(paths, "tell", lambda word, path: told.append((word, Path(path).name)))
    monkeypatch.chdir(tmp_path)
    found(tmp_path, {"README.md": "# a\n", "a.yaml": POD % "a", "values.yaml": "a: 1\n"})
    assert sorted(told) == [("skipped", "README.md"), ("skipped", "values.yaml")]


def test_a_root_comes_to_what_it_takes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does not list is not deployed by it; a file that is named is read all the same."""
    monkeypatch.chdir(tmp_path)
    files = {"r/kustomization.yaml": "resources: [a.yaml, list.yaml]\n", "r/a.yaml": POD % "a", "r/b.yaml": POD % "b",
             "r/list.yaml": "apiVersion: v1\nkind: List\n"
             "items: [{apiVersion: v1, kind: Pod, metadata: {name: c}}]\n"}  # fmt: skip
    assert sorted(found(tmp_path, files)[0]) == ["a", "c"]
    inputs = read(["r"])
    assert sorted((one.data["metadata"]["name"], one.base, str(one.root)) for one in inputs.found) == [
        ("a", (), "r"), ("c", ("items", 0), "r"),
    ]  # fmt: skip
    assert sorted(one.data["metadata"]["name"] for one in read(["r", "r/b.yaml"]).found) == ["a", "b", "c"]


def test_an_object_of_a_plain_file_is_whole_and_sure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(POD % "a")
    [one] = read(["a.yaml"]).found
    assert (one.root, one.is_partial, one.is_unsure, one.changes) == (None, False, False, None)


def test_a_root_that_another_takes_in_is_built_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, whichever of the two is called first by its name."""
    monkeypatch.chdir(tmp_path)
    files = {"a/kustomization.yaml": "resources: [x.yaml]\n", "a/x.yaml": POD % "x",
             "b/kustomization.yaml": "resources: [../a]\n",
             "c/kustomization.yaml": "resources: [../d]\n", "d/kustomization.yaml": "resources: [y.yaml]\n",
             "d/y.yaml": POD % "y"}  # fmt: skip
    found(tmp_path, files)
    inputs = read(["."])
    assert sorted((one.data["metadata"]["name"], str(one.root)) for one in inputs.found) == [("x", "b"), ("y", "c")]


def test_every_circle_of_roots_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    circles = {f"{one}/kustomization.yaml": f"resources: [../{other}]\n" for one, other in ("ab", "ba", "cd", "dc")}
    found(tmp_path, circles)
    roots = {problem.root for problem in read(["."]).problems}
    assert roots == {"a", "c"}
