"""A service's `manifests:` that the real Kustomize builds: here a builder that is never started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring import programs
from mooring.fleet import model
from mooring.manifests import kept
from mooring.schema.catalog import Catalog
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
