"""What is written below `gitops/` and what goes: a tool that is switched, folders of the user's, parts of a fleet."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import cli
from tests.support.fleet_files import HEAD

FLEET = (
    HEAD
    + """\
registries: [{name: harbor, host: harbor.example.com}]
namespaces: [{name: vision}, {name: empty}]
services:
- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: "docker.io/nginx:1"}]}}}
environments: [{name: test}, {name: prod}]
"""
)
TOOLS = {
    "none": "",
    "argo-cd": "gitops: {tool: argo-cd, repo: 'https://git.example.com/fleet.git'}\n",
    "rolling": "gitops: {tool: argo-cd, repo: 'https://git.example.com/fleet.git', layout: rolling}\n",
    "flux": "gitops: {tool: flux, repo: 'https://git.example.com/fleet.git'}\n",
}


def render(folder: Path, tool: str, monkeypatch: pytest.MonkeyPatch, *options: str, fleet: str = FLEET) -> int:
    (folder / "fleet.yaml").write_text(fleet + TOOLS[tool])
    monkeypatch.chdir(folder)
    return cli.main(["render", "-q", *options])


def synced(folder: Path) -> dict[str, bytes]:
    found = sorted((folder / "gitops").rglob("*"))
    return {path.relative_to(folder / "gitops").as_posix(): path.read_bytes() for path in found if path.is_file()}


@pytest.mark.parametrize("options", [(), ("--env", "test", "--env", "prod")])
def test_a_switched_tool_takes_its_own_files_away_and_nothing_else(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert render(tmp_path, "argo-cd", monkeypatch) == 0
    own = {"argo-cd/prod/mine.yaml": b"kind: Application\n", "argo-cd/mine/x.yaml": b"x: 1\n", "apps/y.txt": b"y"}
    for path, content in own.items():
        (tmp_path / "gitops" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "gitops" / path).write_bytes(content)
    assert render(tmp_path, "flux", monkeypatch, *options) == 0
    left = synced(tmp_path)
    assert {path: left[path] for path in left if not path.startswith("flux/")} == own
    assert {"flux/prod/root.yaml", "flux/prod/source.yaml", "flux/test/vision/services.yaml"} < set(left)
    assert render(tmp_path, "none", monkeypatch, *options) == 0
    assert synced(tmp_path) == own


def test_a_part_of_a_fleet_leaves_the_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`vision` loses its last service: with its namespace alone, only what syncs that goes."""
    assert render(tmp_path, "argo-cd", monkeypatch) == 0
    before = synced(tmp_path)
    less = FLEET.replace("- {name: a, namespace: vision", "- {name: a, namespace: empty")
    assert render(tmp_path, "argo-cd", monkeypatch, "--env", "prod", "--namespace", "vision", fleet=less) == 0
    gone = {"argo-cd/prod/vision/services.yaml", "argo-cd/prod/vision/services-project.yaml"}
    changed = {path for path, text in synced(tmp_path).items() if before[path] != text}
    assert (set(before) - set(synced(tmp_path)), changed) == (gone, {"argo-cd/prod/vision/kustomization.yaml"})


@pytest.mark.parametrize("tool", ["argo-cd", "rolling", "flux"])
def test_a_namespace_and_the_rest_render_what_one_run_does(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    assert render(whole, tool, monkeypatch) == 0
    assert render(parts, tool, monkeypatch) == 0
    for path in (parts / "gitops").rglob("*.yaml"):
        if path.parent.name in ("vision", "empty", "_cluster"):
            path.unlink()
    for environment in ("test", "prod"):
        for namespace in ("vision", "empty", "_cluster"):
            assert render(parts, tool, monkeypatch, "--env", environment, "--namespace", namespace) == 0
    assert synced(parts) == synced(whole)


def test_what_stands_in_the_way_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "gitops" / "flux" / "prod" / "root.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("kind: Kustomization\n")
    assert render(tmp_path, "flux", monkeypatch) == 1
    assert "gitops/flux/prod/root.yaml: error[foreign-file]" in capsys.readouterr().err
    assert synced(tmp_path) == {"flux/prod/root.yaml": b"kind: Kustomization\n"}


def test_a_file_that_was_edited_or_is_missing_is_drift(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render(tmp_path, "argo-cd", monkeypatch) == 0
    path = tmp_path / "gitops" / "argo-cd" / "prod" / "vision" / "services.yaml"
    path.write_text(path.read_text().replace("selfHeal: true", "selfHeal: false"))
    capsys.readouterr()
    assert cli.main(["render", "--check"]) == 1
    assert "gitops/argo-cd/prod/vision/services.yaml" in capsys.readouterr().out
