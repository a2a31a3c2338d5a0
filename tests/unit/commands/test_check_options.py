"""Options of `check`: one environment, what is left out of a walk, and the pulls as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.support.example import SMALL

Captured = pytest.CaptureFixture[str]
FLEET = SMALL.replace("expires: 2099-01-01", "expires: 2027-01-01") + (
    "environments:\n- name: dev\n  robots: [{name: vision, expires: 2099-01-01}]\n- name: prod\n"
)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: vision}\nspec: {containers: [{name: c, image: IMAGE}]}\n"
HOST = ("--registry", "harbor.example.com")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(FLEET)
    assert cli.main(["render", "-q"]) == 0
    return tmp_path


def check(capsys: Captured, *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = cli.main(["check", *arguments, "--as-of", "2027-01-01", "--format", "json", "--pulls"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("paths", [[], ["overlays"]], ids=["fleet", "tree"])
@pytest.mark.parametrize(("named", "code", "judged"), [
    (["dev"], 0, {"dev"}), (["prod"], 1, {"prod"}), (["dev", "prod"], 1, {"dev", "prod"}), ([], 1, {"dev", "prod"}),
])  # fmt: skip
def test_only_the_environments_that_are_named(
    paths: list[str], named: list[str], code: int, judged: set[str], repository: Path, capsys: Captured
) -> None:
    status, result = check(capsys, *paths, *(f"--env={name}" for name in named))
    assert (status, {pull["environment"] for pull in result["pulls"]}) == (code, judged)
    assert {one["code"] for one in result["problems"]} == ({"robot-expired"} if code else set())


def test_the_tree_of_another_environment_is_not_looked_at(repository: Path) -> None:
    (repository / "overlays/dev/vision/kustomization.yaml").unlink()
    assert cli.main(["check", "--as-of", "2026-06-01", "--env", "prod"]) == 0
    assert cli.main(["check", "--as-of", "2026-06-01", "--env", "dev"]) == 1


@pytest.mark.parametrize("arguments", [["--env", "pro"], ["--env", "pro", "overlays"], ["--env", "prod", "--env", "pro"]])
def test_an_environment_that_is_not_there(arguments: list[str], repository: Path, capsys: Captured) -> None:
    assert cli.main(["check", *arguments]) == 2
    assert "no environment is named `pro`\n        hint: did you mean `prod`?" in capsys.readouterr().err


def test_an_environment_needs_a_fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(POD)
    assert cli.main(["check", "m.yaml", "--env", "prod"]) == 2
    assert "`--fleet FILE` names another" in capsys.readouterr().err


@pytest.mark.parametrize(("patterns", "seen"), [
    ([], {"a", "b", "c", "d"}),
    (["vendor"], {"a", "c", "d"}),
    (["vendor/"], {"a", "c", "d"}),
    (["*.tmpl.yaml"], {"a", "b", "d"}),
    (["apps/x"], {"a", "b"}),
    (["./apps/x"], {"a", "b"}),
    (["apps/*/d.yaml"], {"a", "b", "c"}),
    (["x/d.yaml"], {"a", "b", "c", "d"}),
    (["vendor", "*.tmpl.yaml", "apps"], {"a"}),
    (["[b]", "b"], {"a", "b", "c", "d"}),
    (["*"], set()),
])  # fmt: skip
def test_what_is_left_out(
    patterns: list[str], seen: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.yaml", "vendor/b.yaml", "apps/x/c.tmpl.yaml", "apps/x/d.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(POD.replace("IMAGE", Path(name).name[0]))
    _, result = check(capsys, ".", *(f"--exclude={pattern}" for pattern in patterns))
    assert {pull["image"] for pull in result["pulls"]} == seen
    assert bool(result["summary"]["skipped"]) == (len(seen) < 4)
    # A path that is named is no exception: hooks name each file.
    _, result = check(capsys, "a.yaml", "vendor/b.yaml", *(f"--exclude={pattern}" for pattern in patterns))
    assert {pull["image"] for pull in result["pulls"]} == seen & {"a", "b"}


def test_a_root_that_is_left_out_is_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root").mkdir()
    (tmp_path / "root/kustomization.yaml").write_text("resources: [missing.yaml]\n")
    assert check(capsys, ".")[0] == 1
    assert check(capsys, ".", "--exclude", "root")[0] == 0


def test_nothing_is_left_out_of_a_fleet(repository: Path, capsys: Captured) -> None:
    assert cli.main(["check", "--exclude", "overlays"]) == 2
    assert "`--exclude` is for given manifests" in capsys.readouterr().err


def test_a_line_for_each_pull(repository: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert cli.main(["check", "--pulls", "--as-of", "2027-01-01"]) == 1
    lines = [
        line for line in capsys.readouterr().out.splitlines() if "InferenceService vision/detector, predictor: " in line
    ]
    image = "InferenceService vision/detector, predictor: harbor.example.com/vision/detector:1.0, Secret harbor-vision"
    assert lines == [f"ok: {image}, robot vision (dev)", f"robot-expired: {image}, robot vision (prod)"]
    (repository / "m.yaml").write_text(POD.replace("IMAGE", "ghcr.io/a/b:1\u202e"))
    cli.main(["check", "--fleet", "fleet.yaml", "m.yaml", "--env", "dev", "--pulls"])
    assert "\u202e" not in capsys.readouterr().out
