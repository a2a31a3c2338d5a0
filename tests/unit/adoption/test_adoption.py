"""`init --from`: what it writes renders to the same effective objects, plus what was missing; no credential goes along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.yaml.document import read_manifests
from tests.support.decisions import GOOD, TABLE, made
from tests.support.example import copy
from tests.support.pull_world import NAMESPACE, SAMPLES, secret

SAMPLE = SAMPLES[0]
Captured = pytest.CaptureFixture[str]
Object = dict[str, Any]


pytestmark = pytest.mark.usefixtures("here")


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
def test_what_is_broken_stays_broken(here: Path, capsys: Captured, decision: Any) -> None:
    """A Secret that is at hand and that no pod names makes no robot: the pull would be called proved, and is not."""
    data, runtime = made(decision, SAMPLE, NAMESPACE)
    items = [data, *([runtime] if runtime else []), secret(SAMPLE.secret, SAMPLE.host)]
    (here / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    assert cli.main(["init", "--from", "all.json"]) == 0
    said = capsys.readouterr()
    assert (
        "error[secret-not-referenced]" in said.err
        and "Next: `mooring render`. It says which of the 1 error above" in said.out
    )
    assert cli.main(["render"]) == 1
    assert "error[no-robot]" in capsys.readouterr().err


FLAGSHIP = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: cifar-grpc, namespace: vision}
spec:
  predictor:
    model: {modelFormat: {name: pytorch}, storageUri: "gs://public-models/torchscript", runtime: kserve-tritonserver}
  transformer:
    LISTcontainers:
    - {name: kserve-container, image: "harbor.lab.example.com/ml-apps/image-transformer:1.0"}
    - {name: log, image: "quay.io/org/log:1"}
"""
NAMED = "imagePullSecrets: [{name: regcred}]\n    "


def manifests(here: Path, listed: str = NAMED) -> None:
    (here / "src").mkdir()
    (here / "src/isvc.yaml").write_text(FLAGSHIP.replace("LIST", listed))


def test_the_images_hosts_are_the_registries(here: Path, capsys: Captured) -> None:
    manifests(here, "")
    assert cli.main(["init", "--from", "src"]) == 0
    said = capsys.readouterr()
    assert "found    registry harbor.lab.example.com: 1 image\n" in said.out and "quay.io" not in said.out
    assert "src/isvc.yaml:9:39: error[secret-not-referenced]" in said.err
    fleet = (here / "fleet.yaml").read_text()
    assert "host: harbor.lab.example.com\n" in fleet and "robots:" not in fleet
    assert cli.main(["render"]) == 1
    assert "error[no-robot]: no robot covers `harbor.lab.example.com/ml-apps/" in capsys.readouterr().err


def test_what_is_made_up_says_so(here: Path, capsys: Captured) -> None:
    manifests(here)
    assert cli.main(["init", "--from", "src"]) == 0
    capsys.readouterr()
    assert (
        "robots:\n# not found: when it expires; Harbor shows it\n"
        "# not found: its Secret; that it stands in these namespaces is taken from the pods that name it\n- name: regcred\n"
    ) in (here / "fleet.yaml").read_text()
    assert cli.main(["render"]) == 0


def test_a_secret_of_another_namespace_opens_none(here: Path, capsys: Captured) -> None:
    manifests(here)
    (here / "src/secret.json").write_text(json.dumps(secret("regcred", "harbor.lab.example.com", "speech")))
    assert cli.main(["init", "--from", "src"]) == 0
    said = capsys.readouterr()
    assert "error[secret-not-in-namespace]" in said.err
    assert "left     src/secret.json: Secret `regcred`: no credential stands in a fleet; keep it out of git" in said.out
    assert cli.main(["render"]) == 1
    assert "not open to namespace `vision`" in capsys.readouterr().err


@pytest.mark.parametrize(("named", "host"), [([], None), (["quay.io"], "quay.io")])
def test_a_registry_is_named_or_asked_for(here: Path, capsys: Captured, named: list[str], host: str | None) -> None:
    manifests(here)
    text = (here / "src/isvc.yaml").read_text()
    (here / "src/isvc.yaml").write_text(text.replace("harbor.lab.example.com", "docker.io"))
    assert cli.main(["init", "--from", "src", *(word for one in named for word in ("--registry", one))]) == 0
    capsys.readouterr()
    fleet = (here / "fleet.yaml").read_text()
    assert f"  host: {host or 'harbor.example.com'}\n" in fleet
    assert ("# not found: no image of a private registry" in fleet) == (host is None)


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
