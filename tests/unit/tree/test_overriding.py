"""Files by which Argo CD applies something else than is rendered: which are told, and that nobody touches them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli
from tests.support.fleet_files import HEAD

FLEET = (
    HEAD
    + """\
registries: [{name: harbor, host: harbor.example.com}]
namespaces: [{name: vision}, {name: other}]
services:
- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: "docker.io/nginx:1"}]}}}
environments: [{name: test}, {name: prod}]
"""
)
CONTENT = b'kustomize: {images: ["docker.io/nginx:2"]}\n'
WHOLE = "overlays/prod/vision/services/.argocd-source-prod-vision-services.yaml"


def told(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    """The file and severity of each override that is told."""
    capsys.readouterr()
    cli.main([*arguments, "--format", "json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    return [(one["file"], one["severity"]) for one in problems if one["code"] == "foreign-override"]


def write(folder: Path, path: str, tool: str = "argo-cd") -> None:
    (folder / "fleet.yaml").write_text(f"{FLEET}gitops: {{tool: {tool}, repo: 'https://git.example.com/fleet.git'}}\n")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(CONTENT)


@pytest.mark.parametrize(("path", "found"), [
    (WHOLE, True),
    ("overlays/prod/vision/.argocd-source.yaml", True),
    ("overlays/prod/_cluster/.argocd-source-x.yaml", True),
    ("gitops/argo-cd/prod/.argocd-source.yaml", True),
    # An environment that has left the fleet: its Application may still stand.
    ("overlays/gone/vision/services/.argocd-source.yaml", True),
    # Argo CD reads it on the path of an Application only, and by no other name.
    ("services/a/.argocd-source.yaml", False),
    (".argocd-source.yaml", False),
    ("overlays/prod/vision/services/.argocd-source.yml", False),
    ("overlays/prod/vision/services/argocd-source.yaml", False),
    ("overlays/prod/vision/services/.argocd-sources.yaml", False),
])  # fmt: skip
def test_which_files_are_told(
    path: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, path)
    expected = [(path, "warning")] if found else []
    assert told(tmp_path, capsys, "render") == expected
    assert told(tmp_path, capsys, "check") == expected
    assert (tmp_path / path).read_bytes() == CONTENT


@pytest.mark.parametrize(("tool", "found"), [("argo-cd", True), ("none", True), ("flux", False)])
def test_flux_does_not_know_them(
    tool: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, WHOLE, tool)
    assert bool(told(tmp_path, capsys, "render")) == found


def test_only_what_is_selected_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, WHOLE)
    assert told(tmp_path, capsys, "render", "--namespace", "other") == []
    assert told(tmp_path, capsys, "render", "--env", "prod", "--namespace", "vision") == [(WHOLE, "warning")]
