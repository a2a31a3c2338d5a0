"""`init --from`: what it writes renders to the same effective objects, plus what was missing; no credential goes along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.policies.decisions import GOOD, TABLE, made
from mooring.yaml.document import read_manifests
from tests.support.example import copy
from tests.support.pull_world import NAMESPACE, SAMPLES, secret

SAMPLE = SAMPLES[0]
Captured = pytest.CaptureFixture[str]
Object = dict[str, Any]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def adopt(here: Path, capsys: Captured, *objects: Object) -> str:
    (here / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    assert cli.main(["init", "--from", "all.json"]) == 0
    said = capsys.readouterr().out
    assert cli.main(["render"]) == 0, capsys.readouterr().err
    return said


def rendered(here: Path) -> dict[tuple[str, str], Object]:
    files = sorted((here / "overlays").glob("*/*/services/*.*.yaml"))
    objects = [read_manifests(path.read_bytes(), path.name)[0][0].data for path in files]
    return {(data["kind"], data["metadata"]["name"]): data for data in objects}


GOOD_ROWS = [d for d in TABLE if d.verdict == "ok" and d.own == (GOOD,) and not (d.runtime or d.account)]
NAKED_ROWS = [d for d in TABLE if d.name in ("no-list", "empty-list", "model-no-list", "transformer-predictor-list")]


@pytest.mark.parametrize("decision", GOOD_ROWS, ids=lambda decision: f"{decision.kind}-{decision.name}")
def test_what_pulls_comes_back_as_it_is(here: Path, capsys: Captured, decision: Any) -> None:
    data, runtime = made(decision, SAMPLE, NAMESPACE)
    if decision.kind == "canary":
        data["metadata"]["annotations"] = {"serving.kserve.io/deploymentMode": "Standard"}
    adopt(here, capsys, data, *([runtime] if runtime else []), secret(SAMPLE.secret, SAMPLE.host))
    assert rendered(here)[data["kind"], data["metadata"]["name"]] == data


@pytest.mark.parametrize("decision", NAKED_ROWS, ids=lambda decision: f"{decision.kind}-{decision.name}")
def test_what_was_missing_is_added(here: Path, capsys: Captured, decision: Any) -> None:
    data, runtime = made(decision, SAMPLE, NAMESPACE)
    adopt(here, capsys, data, *([runtime] if runtime else []), secret(SAMPLE.secret, SAMPLE.host))
    text = json.dumps(rendered(here)[data["kind"], data["metadata"]["name"]])
    assert f'"imagePullSecrets": [{{"name": "harbor-{SAMPLE.project}"}}]' in text


def test_the_example_is_adopted_whole(here: Path, capsys: Captured) -> None:
    (here / "old").mkdir()
    copy(here / "old", rendered=True)
    folder = here / "old/overlays/prod/vision/services"
    paths = sorted(folder.glob("*.*.yaml"))
    assert len(paths) >= 3
    assert cli.main(["init", *(word for path in paths for word in ("--from", str(path)))]) == 0
    assert cli.main(["render"]) == 0
    before = [read_manifests(path.read_bytes(), path.name)[0][0].data for path in paths]
    assert list(rendered(here).values()) == before


def test_a_credential_is_left_behind(here: Path, capsys: Captured) -> None:
    data, _ = made(TABLE[0], SAMPLE, NAMESPACE)
    data["spec"]["containers"][0]["env"] = [{"name": "DB_PASSWORD", "value": "Hunter2Hunter2"}]
    config = secret(SAMPLE.secret, SAMPLE.host)
    said = adopt(here, capsys, data, config)
    assert "a credential is written down in it" in said
    assert "Hunter2" not in said + (here / "fleet.yaml").read_text() and "YTpi" not in (here / "fleet.yaml").read_text()


def test_what_has_no_place_in_a_fleet_is_said(here: Path, capsys: Captured) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": NAMESPACE}}
    data, _ = made(TABLE[0], SAMPLE, NAMESPACE)
    data["metadata"]["finalizers"] = ["example.com/wait"]
    nowhere, _ = made(TABLE[1], SAMPLE, NAMESPACE)
    del nowhere["metadata"]["namespace"]
    said = adopt(here, capsys, config, data, nowhere, secret(SAMPLE.secret, SAMPLE.host))
    assert "left     all.json: ConfigMap `settings`: it has no pods, and stays where it is" in said
    assert f"left     all.json: Pod `{data['metadata']['name']}`: `finalizers`" in said
    assert f"left     all.json: Pod `{nowhere['metadata']['name']}`: it names no namespace" in said


def test_what_cannot_be_read_is_not_adopted(here: Path, capsys: Captured) -> None:
    (here / "bad.yaml").write_text("a: [\n")
    assert cli.main(["init", "--from", "bad.yaml"]) == 2
    assert "bad.yaml" in capsys.readouterr().err and not (here / "fleet.yaml").exists()
