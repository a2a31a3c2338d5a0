"""Faults of built objects stand where the real builders say that their objects come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli
from mooring.manifests.paths import read
from tests.real.conftest import Tools

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  containers:\n  - {name: a, image: 'x:%s'}\n"
FILES = {
    "base/kustomization.yaml": "resources: [pod.yaml]\nsecretGenerator: [{name: generated, literals: [a=b]}]\n",
    "base/pod.yaml": POD % "base",
    "envs/dev/kustomization.yaml": "resources: [../../base]\nnamePrefix: dev-\nnamespace: dev\ncomponents: [../../part]\n",
    "envs/prod/kustomization.yaml": "resources: [pod.yaml]\nnamespace: prod\nbuildMetadata: [transformerAnnotations]\n",
    "envs/prod/pod.yaml": "# prod's own\n" + POD % "prod",
    "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [more.yaml]\n",
    "part/more.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n",
}


@pytest.mark.parametrize("builder", ["kustomize", "kubectl"])
def test_each_object_stands_in_its_file(builder: str, tool: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / builder).symlink_to(tool(builder))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name, text in FILES.items():
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).write_text(text)
    monkeypatch.chdir(tmp_path / "here")
    inputs = read(["."])
    assert [problem.message for problem in inputs.problems] == []
    places = {}
    for item in inputs.found:
        place = item.source.locate((*item.base, "metadata", "name"))
        name = item.data["metadata"]["name"].partition("-k695")[0].partition("-h5g")[0]
        places[item.data["metadata"]["namespace"], name] = f"{item.source.path}:{place.line if place else None}"
        assert "config.kubernetes.io/origin" not in item.data["metadata"].get("annotations", {})
    assert places == {
        ("dev", "dev-one"): "base/pod.yaml:4",
        ("dev", "dev-generated"): "base/kustomization.yaml:2",
        ("dev", "dev-more"): "part/more.yaml:3",
        ("prod", "one"): "envs/prod/pod.yaml:5",
    }


BROKEN = {
    "base/kustomization.yaml": "resources: [pod.yaml]\n",
    "base/pod.yaml": "# base\n" + POD % "base",
    "envs/dev/kustomization.yaml": "resources: [../../base]\nimages:\n- name: x\n  newTag: a b\n",
    "envs/prod/kustomization.yaml": "resources: [../../base]\npatches: [{path: patch.yaml}]\n",
    "envs/prod/patch.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n  - {name: a, image: 'x:p p'}\n",
    "envs/test/kustomization.yaml": "resources: [../../base, more.yaml]\n",
    "envs/test/more.yaml": POD.replace("one", "two") % "t t",
}  # fmt: skip


def test_a_changed_value_stands_where_it_is_changed(
    tool: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One base, three roots, each with its own bad image."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kustomize").symlink_to(tool("kustomize"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name, text in BROKEN.items():
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).write_text(text)
    monkeypatch.chdir(tmp_path / "here")
    assert cli.main(["check", ".", "--format", "json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    found = {(p["root"], p["code"], f"{p['file']}:{p['line']}") for p in problems}
    assert found == {
        ("envs/dev", "bad-image", "envs/dev/kustomization.yaml:3"),
        ("envs/prod", "bad-image", "envs/prod/patch.yaml:6"),
        ("envs/test", "bad-image", "envs/test/more.yaml:7"),
    }
