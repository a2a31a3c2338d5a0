"""A service's `manifests:` that the real Kustomize builds: here a builder that is never started."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from mooring import programs
from mooring.fleet import model
from mooring.manifests import kept
from mooring.schema.catalog import Catalog
from tests.support.fleet_files import REGISTRY, loaded, said
from tests.support.kustomizations import CM, URL, lay

SERVICE = model.Service(name="legacy", namespace="team", manifests="k")
BUILT = CM.replace("name: one", "name: x-one")


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records that it was started."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kustomize").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "kustomize").chmod(0o755)
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    started: list[str] = []

    def run(program: programs.Program, *_: Any) -> programs.Finished:
        started.append(program.name)
        return programs.Finished(0, BUILT.encode(), b"")

    monkeypatch.setattr(programs, "run", run)
    return started


def read(content: Any, more: dict[str, str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The names of the objects that are taken, and code and message of what is said."""
    lay(Path("k"), content, more)
    found, problems = kept.read(SERVICE, Path.cwd(), Catalog())
    return [str(one.data["metadata"]["name"]) for one in found.subjects], [(p.code, p.message) for p in problems]


def test_what_is_built_is_taken(builder: list[str]) -> None:
    assert read({"resources": ["cm.yaml"], "namePrefix": "x-"}, {}) == (["x-one"], [])
    assert builder == ["kustomize"]


def test_a_list_of_resources_needs_no_builder(builder: list[str]) -> None:
    assert read({"resources": ["cm.yaml"]}, {}) == (["one"], [])
    assert builder == []


@pytest.mark.parametrize(("content", "more", "message"), [
    ({"resources": ["cm.yaml", URL], "namePrefix": "x-"}, {}, "mooring does not fetch remote bases"),
    ({"resources": ["cm.yaml"], "helmCharts": [{"name": "r"}]}, {}, "mooring does not run helm"),
    ({"resources": ["cm.yaml"], "generators": ["g.yaml"]}, {"g.yaml": "apiVersion: a/v1\nkind: P\nmetadata: {name: p}\n"},
     "mooring does not run plugin `P`"),
    ({"resources": ["cm.yaml", "base"]}, {"base/kustomization.yaml": f"namePrefix: y-\nresources: ['{URL}']\n"},
     "mooring does not fetch remote bases"),
    ({"resources": ["no.yaml"], "namePrefix": "x-"}, {}, "this entry does not exist"),
])  # fmt: skip
def test_nothing_may_be_left_out(builder: list[str], content: Any, more: dict[str, str], message: str) -> None:
    _, said = read(content, more)
    assert [code for code, _ in said] == ["unsupported-kustomization"] and said[0][1].startswith(message)
    assert builder == []


def test_an_object_that_steers_kustomize_is_refused_where_it_stands(builder: list[str]) -> None:
    note = CM.replace("{name: one}", '{name: one, annotations: {internal.config.kubernetes.io/needsHashSuffix: "enabled"}}')
    _, said = read({"resources": ["a.yaml"], "namePrefix": "x-"}, {"a.yaml": note})
    assert said == [("unsupported-kustomization", "an internal annotation of Kustomize, which renames or moves the object")]


def test_without_a_builder_the_change_is_named(builder: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    message = "`namePrefix` changes what is built, and neither `kustomize` nor `kubectl` is on PATH"
    assert read({"resources": ["cm.yaml"], "namePrefix": "x-"}, {})[1] == [("unsupported-kustomization", message)]


FLEET = REGISTRY + "namespaces: [{name: team}]\nservices:\n- name: legacy\n  namespace: team\n  manifests: PATH\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec: {containers: [{name: c, image: nginx}]}\n"


def kept_in(folder: Path, path: str, **files: str) -> tuple[list[str], list[str]]:
    """The paths that are copied of the manifests at `path`, and code, line and column of what is said."""
    fleet = loaded(folder, FLEET.replace("PATH", path), **files).fleet
    assert fleet is not None
    found, problems = kept.read(fleet.services[0], folder, Catalog())
    return [name for name, _ in found.copies], [said(problem) for problem in problems]


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    """Each below the folder, `.json` under a name that Kustomize reads as YAML; the rest stays where it is."""
    (tmp_path / "m/deep").mkdir(parents=True)
    (tmp_path / "m/deep/b.json").write_text('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}')
    (tmp_path / "m/README.md").write_text("# by hand\n")
    (tmp_path / "m/odd[1].yml").write_text(CM)
    assert kept_in(tmp_path, "m", m__a=POD.replace("NAME", "a")) == (["a.yaml", "odd[1].yml", "deep/b.json.yaml"], [])


def test_a_single_file(tmp_path: Path) -> None:
    assert kept_in(tmp_path, "m/a.yaml", m__a=CM, m__b="odd: [\n") == (["a.yaml"], [])


@pytest.mark.parametrize(("path", "why"), [
    ("../outside", "`../outside` leaves the repository"),
    ("link", "`link` is a link out of the repository"),
    ("nothing", "`nothing` does not exist"),
    ("overlays/default", "`overlays/default` holds what mooring writes"),
    (".", "`.` holds what mooring writes"),
    ("a..b", "`a..b` has `..` inside a name, and Kustomize refuses that"),
    ("empty", "`empty` holds no manifest"),
])  # fmt: skip
def test_a_place_where_no_manifests_may_be(path: str, why: str, tmp_path: Path) -> None:
    """Said at `manifests:`, in line 9; nothing outside of the repository is read, whether or not it is there."""
    root = tmp_path / "repository"
    for folder in ("overlays/default", "a..b", "empty"):
        (root / folder).mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.yaml").write_text(CM)
    (root / "link").symlink_to(tmp_path / "outside")
    fleet = loaded(root, FLEET.replace("PATH", path)).fleet
    assert fleet is not None
    found, problems = kept.read(fleet.services[0], root, Catalog())
    assert [(said(problem), problem.message) for problem in problems] == [("bad-path 9:14", why)]
    assert (found.copies, found.base, found.subjects) == ((), None, ())


@pytest.mark.parametrize(("text", "problem"), [
    ("a: [\n", "syntax 2:1"),
    ("a: 1\n", "schema 1:1"),
    (POD.replace("NAME", "''"), "schema 1:1"),
    (POD.replace("NAME", "a") + "---\n" + POD.replace("NAME", "a"), "unsupported-kustomization 8:18"),
    (POD.replace("NAME", "a, namespace: other"), "unknown-reference 3:32"),
    (POD.replace("NAME", "a, annotations: {internal.config.kubernetes.io/path: x}"), "unsupported-kustomization 3:35"),
    ("apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n", "duplicate-name 2:7"),
    ("apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: a}\n", "no-schema 2:7"),
])  # fmt: skip
def test_what_is_wrong_inside_is_said_at_its_line(text: str, problem: str, tmp_path: Path) -> None:
    """Beside a file in which nothing is, and which is copied all the same."""
    copies, problems = kept_in(tmp_path, "m", m__a=POD.replace("NAME", "good"), m__b=text)
    assert problems == [problem] and "a.yaml" in copies


def test_a_link_below_the_folder_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (root / "m").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("outside-canary: [\n")
    (root / "m/b.yaml").symlink_to(tmp_path / "outside.yaml")
    assert kept_in(root, "m", m__a=POD.replace("NAME", "a"))[1] == ["bad-path 9:14"]


def test_a_folder_below_that_cannot_be_read_is_said_with_where_manifests_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refusing(path: Path) -> Any:
        if path.name == "deep":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return scandir(path)

    (tmp_path / "m/deep").mkdir(parents=True)
    fleet = loaded(tmp_path, FLEET.replace("PATH", "m"), m__a=POD.replace("NAME", "a")).fleet
    assert fleet is not None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "scandir", refusing)
    [problem] = kept.read(fleet.services[0], tmp_path, Catalog())[1]
    assert (said(problem), problem.message) == ("bad-path 9:14", "`m/deep` cannot be read: Permission denied")
    assert problem.hint == "manifests stand in the repository of the fleet file, so that a review sees them"


def test_a_kustomization_below_plain_files_is_refused(tmp_path: Path) -> None:
    copies, problems = kept_in(tmp_path, "m", m__a=POD.replace("NAME", "a"), m__d__kustomization="resources: []\n")
    assert (copies, problems) == (["a.yaml"], ["unsupported-kustomization 9:14"])


def test_one_object_of_a_group_and_a_kind_whatever_its_version(tmp_path: Path) -> None:
    """`Odd` of two groups are two objects; of two versions of one group they are one."""
    odd = "apiVersion: GROUP/v1\nkind: Odd\nmetadata: {name: a}\n"
    one, other = odd.replace("GROUP", "a.example.com"), odd.replace("GROUP", "b.example.com")
    assert kept_in(tmp_path, "m", m__a=one, m__b=other)[1] == ["no-schema 2:7", "no-schema 2:7"]
    newer = one.replace("/v1", "/v2")
    assert kept_in(tmp_path, "m", m__a=one, m__b=newer)[1] == ["no-schema 2:7", "unsupported-kustomization 3:18"]


def test_what_stays_out_of_every_build_is_not_judged(tmp_path: Path) -> None:
    local = POD.replace("NAME", "a, annotations: {config.kubernetes.io/local-config: 'true'}").replace("nginx", "''")
    fleet = loaded(tmp_path, FLEET.replace("PATH", "m"), m__a=local, m__b=POD.replace("NAME", "b")).fleet
    assert fleet is not None
    found, problems = kept.read(fleet.services[0], tmp_path, Catalog())
    assert ([one.data["metadata"]["name"] for one in found.subjects], problems) == (["b"], [])
