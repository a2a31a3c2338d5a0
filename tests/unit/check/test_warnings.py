"""`check` warns of robots that may pull more than is pulled, or that nobody uses, at the word that is to go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots:
- {name: broad, projects: [used, spare], expires: never}
- {name: idle, project: nobody, expires: never}
- {name: kept, project: later, namespaces: [team], expires: never}
namespaces: [{name: team}]
services:
- name: web
  namespace: team
  kind: Deployment
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: web, image: "harbor.example.com/used/web:1"}]}
"""
FOUND = [("robot-too-broad", "warning", 7, 34), ("robot-unused", "warning", 8, 10)]


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--strict"], 1)], ids=["plain", "strict"])
def test_robots_that_are_granted_too_much(
    arguments: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fleet.yaml").write_text(FLEET)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["render", "-q"]) == 0
    capsys.readouterr()
    assert cli.main(["check", "--as-of", "2027-01-01", "--format", "json", *arguments]) == code
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["code"], p["severity"], p["line"], p["column"]) for p in problems] == FOUND


def codes(folder: Path, capsys: pytest.CaptureFixture[str], fleet: str, *arguments: str) -> list[str]:
    (folder / "fleet.yaml").write_text(fleet)
    cli.main(["check", "--as-of", "2027-01-01", "--format", "json", *arguments])
    return [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]]


def test_nothing_is_called_unused_where_an_error_may_hide_its_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The image that `idle` pulls may be the one that is misspelt."""
    monkeypatch.chdir(tmp_path)
    misspelt = FLEET.replace("harbor.example.com/used/web:1", "harbor.example.com/nobodi/web:1")
    assert "no-robot" in codes(tmp_path, capsys, misspelt)
    assert {"robot-unused", "robot-too-broad"}.isdisjoint(codes(tmp_path, capsys, misspelt))
    silenced = misspelt.replace('web:1"}]}', 'web:1"}]}  # mooring: allow no-robot: later')
    assert codes(tmp_path, capsys, silenced).count("robot-unused") == 2


def test_nothing_is_called_unused_where_another_environment_may_use_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    both = FLEET + "environments: [{name: one}, {name: two}]\n"
    assert codes(tmp_path, capsys, both).count("robot-unused") == 1
    assert "robot-unused" not in codes(tmp_path, capsys, both, "--env", "one")


LABELLED = "policies: {engine: kubernetes}\n"
EXEMPT = """\
policies:
  engine: kubernetes
  exempt: [{namespace: team, policies: [POLICY], reason: r, until: never}]
"""


@pytest.mark.parametrize(("policies", "manage", "found"), [
    (LABELLED, "false", True),
    (LABELLED, "true", False),
    ("policies: {engine: kyverno}\n", "false", False),
    ("policies: {engine: kubernetes, rules: {require-pull-secret: {enabled: false}}}\n", "false", False),
    (EXEMPT.replace("POLICY", "require-pull-secret"), "false", False),
    (EXEMPT.replace("POLICY", "no-default-namespace"), "false", True),
    ("environments: [{name: one}, {name: two, policies: {engine: kubernetes}}]\n", "false", True),
    (LABELLED + "environments: [{name: one, policies: {engine: kyverno}}]\n", "false", False),
])  # fmt: skip
def test_a_namespace_of_others_needs_a_label_of_its_owner(
    policies: str,
    manage: str,
    found: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    fleet = FLEET.replace("[{name: team}]", f"[{{name: team, manage: {manage}}}]") + policies
    assert ("unlabelled-namespace" in codes(tmp_path, capsys, fleet)) == found


def test_a_missing_label_is_said_at_the_namespace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(FLEET.replace("[{name: team}]", "[{name: team, manage: false}]") + LABELLED)
    cli.main(["check", "--as-of", "2027-01-01", "--format", "json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(one["severity"], one["line"], one["column"]) for one in problems if one["code"] == "unlabelled-namespace"] == [
        ("warning", 10, 35)
    ]


OLD_MODE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: old, namespace: team, annotations: {serving.kserve.io/deploymentMode: RawDeployment}}
spec: {predictor: {containers: [{name: kserve-container, image: "quay.io/used/web:1"}]}}
"""


@pytest.mark.parametrize(("versions", "found"), [
    ('versions: {kserve: "0.20"}\n', [("deprecated-mode", "team.yaml", 3, 88)]),
    ('versions: {kserve: "0.15"}\n', []),
    ("", []),
])  # fmt: skip
def test_a_given_object_is_warned_of_where_the_fleet_says_the_release(
    versions: str,
    found: list[tuple[str, str, int, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(FLEET + versions)
    (tmp_path / "team.yaml").write_text(OLD_MODE)
    cli.main(["check", "team.yaml", "--as-of", "2027-01-01", "--format", "json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(one["code"], one["file"], one["line"], one["column"]) for one in problems if "mode" in one["code"]] == found


ALIAS = "- {name: iris, namespace: team, spec: {predictor: {sklearn: {storageUri: 's3://models/iris'}}}}\n"
GIVEN = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: given, namespace: team}
spec: {predictor: {sklearn: {storageUri: "s3://models/iris"}}}
"""


@pytest.mark.parametrize(("gitops", "found"), [
    ("gitops: {tool: argo-cd, repo: 'https://git.example.com/fleet.git'}\n", True),
    ("gitops: {tool: flux, repo: 'https://git.example.com/fleet.git'}\n", True),
    ("gitops: {tool: none}\n", False),
    ("", False),
])  # fmt: skip
def test_what_is_stored_otherwise_counts_where_a_tool_syncs_it(
    gitops: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ("framework-alias" in codes(tmp_path, capsys, FLEET + ALIAS + gitops)) == found
    (tmp_path / "given.yaml").write_text(GIVEN)
    assert ("framework-alias" in codes(tmp_path, capsys, FLEET + gitops, "given.yaml")) == found


def test_without_a_fleet_nothing_is_known_of_a_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "given.yaml").write_text(GIVEN)
    cli.main(["check", "given.yaml", "--format", "json"])
    assert "framework-alias" not in capsys.readouterr().out
