"""Who names a Secret, and what is said of a name for which nothing in the fleet makes a Secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.fleet.load import load
from mooring.plan.namespace import plan_namespace
from mooring.plan.naming import made, names_in, secret_made, users
from mooring.tree.run import resolve_all
from tests.support.example import SMALL

HEAD = SMALL.partition("services:\n")[0].replace(
    "namespaces:\n- name: vision\n",
    "- {name: speech, project: speech, expires: 2099-01-01}\n"
    "- {name: mirror, project: mirror, expires: 2099-01-01, namespaces: [vision], backend: external}\n"
    "namespaces:\n- name: vision\n- name: speech\nservices:\n",
)
PREDICTOR = "- name: a\n  namespace: vision\n  spec:\n    predictor:\n      containers: [{name: c, image: IMAGE}]\n"
LIST = "      imagePullSecrets:\n      - name: NAME\n"
KEPT = "- {name: a, namespace: vision, manifests: kept.yaml}\n"
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner}\nimagePullSecrets:\n- name: NAME\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: runner}
spec:
  containers: [{name: c, image: "nginx:1"}]
imagePullSecrets:
- name: NAME
"""
EXTERNAL = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: made}
spec: {secretStoreRef: {name: vault}, target: {name: NAME}, data: [{secretKey: k, remoteRef: {key: r}}]}
"""
VAULT = """\
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: made}
spec: {mount: kv, path: vision, type: kv-v2, destination: {name: NAME, create: true}}
"""


def said(folder: Path, capsys: pytest.CaptureFixture[str], fleet: str, name: str, kept: str = "") -> list[str]:
    """What `render` says: code, severity, file and line."""
    image = "harbor.example.com/vision/a:1"
    (folder / "fleet.yaml").write_text((HEAD + fleet).replace("NAME", name).replace("IMAGE", image))
    (folder / "kept.yaml").write_text(kept.replace("NAME", name))
    cli.main(["render", "--format", "json"])
    problems: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["problems"]
    return [f"{one['code']} {one['severity']} {one['file']}:{one['line']}" for one in problems]


@pytest.mark.parametrize(("name", "found"), [
    ("harbor-vision", []),
    ("harbor-mirror", []),
    ("harbor-speech", ["unknown-secret warning fleet.yaml:23"]),
    ("harbor-visoin", ["unknown-reference error fleet.yaml:23"]),
    ("harbor-miror", ["unknown-reference error fleet.yaml:23"]),
    ("harbor-speec", ["not-at-hand note fleet.yaml:23"]),
    ("regcred", ["not-at-hand note fleet.yaml:23"]),
    ("harbor-vision2", ["not-at-hand note fleet.yaml:23"]),
])  # fmt: skip
def test_a_name_in_a_list_of_a_service(
    name: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said(tmp_path, capsys, PREDICTOR + LIST, name) == found


@pytest.mark.parametrize(("name", "kept", "found"), [
    ("harbor-speech", ACCOUNT, ["unknown-secret warning kept.yaml:5"]),
    ("regcred", ACCOUNT, ["not-at-hand note kept.yaml:5"]),
    # What a manifest makes is there, and a name like it is a mistake.
    ("regcred", f"{EXTERNAL}---\n{ACCOUNT}", []),
    ("regcred", EXTERNAL + "---\n" + ACCOUNT.replace("NAME", "regcerd"), ["unknown-reference error kept.yaml:10"]),
    # What an operator may make is neither there nor missing.
    ("harbor-speech", f"{VAULT}---\n{ACCOUNT}", ["no-schema note kept.yaml:2", "not-at-hand note kept.yaml:10"]),
    ("regcred", VAULT + "---\n" + ACCOUNT.replace("NAME", "regcerd"),
     ["no-schema note kept.yaml:2", "not-at-hand note kept.yaml:10"]),
    # A list that stands where a pod has none names no Secret: it is a misplaced field, and nothing else.
    ("regcred", POD, ["secret-misplaced error kept.yaml:6"]),
    # A Secret of any other use is nobody's pull Secret.
    ("regcred", ACCOUNT.replace("imagePullSecrets", "secrets"), []),
])  # fmt: skip
def test_a_name_in_a_kept_manifest(
    name: str,
    kept: str,
    found: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said(tmp_path, capsys, KEPT, name, kept) == found


@pytest.mark.parametrize(("data", "names"), [
    ({"spec": {"imagePullSecrets": [{"name": "a"}, {}, None, "b", {"name": 1}]}}, ["a"]),
    ({"imagePullSecrets": {"name": "a"}, "secrets": [{"name": "b"}]}, ["b"]),
    ({"volumes": [{"secret": {"secretName": "a"}}, {"projected": {"sources": [{"secret": {"name": "b"}}]}}]}, ["a", "b"]),
    ({"env": [{"valueFrom": {"secretKeyRef": {"name": "a"}}}], "envFrom": [{"secretRef": {"name": "b"}}]}, ["a", "b"]),
    ({"secretStoreRef": {"name": "vault"}, "secret": "a", "secretName": ["b"]}, []),
    ([], []), (None, []), ("secretName", []),
])  # fmt: skip
def test_wherever_an_object_names_a_secret(data: Any, names: list[str]) -> None:
    assert [name for name, _ in names_in(data)] == names


@pytest.mark.parametrize(("data", "name"), [
    ({"kind": "Secret", "metadata": {"name": "a"}}, "a"),
    ({"kind": "ExternalSecret", "metadata": {"name": "a"}}, "a"),
    ({"kind": "ExternalSecret", "metadata": {"name": "a"}, "spec": {"target": {"name": "b"}}}, "b"),
    ({"kind": "SealedSecret", "metadata": {"name": "a"}, "spec": {"template": {"metadata": {"name": "b"}}}}, "b"),
    ({"kind": "SecretStore", "metadata": {"name": "a"}}, None),
    ({"kind": ["Secret"], "metadata": []}, None),
])  # fmt: skip
def test_the_secret_that_an_object_makes(data: dict[str, Any], name: str | None) -> None:
    assert secret_made(data) == name


def test_a_secret_that_a_runtime_brings_is_named_at_the_service_s_pod(tmp_path: Path) -> None:
    """A list of the runtime's is the pod's as well: who deletes `hub` deletes what service `a` pulls with."""
    runtime = (
        "- {name: r, kind: ServingRuntime, namespace: vision, spec: {imagePullSecrets: [{name: hub}], "
        "supportedModelFormats: [{name: f, autoSelect: true}], containers: [{name: kserve-container, image: nginx}]}}\n"
    )
    model = "{modelFormat: {name: f}, runtime: r, storageUri: 'pvc://c'}"
    service = (
        f"- {{name: a, namespace: vision, spec: {{predictor: {{imagePullSecrets: [{{name: own}}], model: {model}}}}}}}\n"
    )
    (tmp_path / "fleet.yaml").write_text(HEAD + runtime + service)
    resolved = resolve_all(load(tmp_path / "fleet.yaml"), [])["default"]
    named = users(plan_namespace(resolved, resolved.namespaces["vision"]))
    places = {name: [(one.original.name, route) for one, route in found] for name, found in named.items()}
    assert places == {
        "hub": [("a", ("spec", "predictor")), ("r", ("spec", "imagePullSecrets", 0, "name"))],
        "own": [("a", ("spec", "predictor", "imagePullSecrets", 0, "name"))],
    }


def test_a_secret_that_two_files_make_is_made(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(
        HEAD + KEPT + PREDICTOR.replace("name: a", "name: b").replace("IMAGE", "harbor.example.com/vision/a:1")
    )
    (tmp_path / "kept.yaml").write_text(EXTERNAL.replace("NAME", "harbor-vision"))
    resolved = resolve_all(load(tmp_path / "fleet.yaml"), [])["default"]
    planned = plan_namespace(resolved, resolved.namespaces["vision"])
    assert [secret_made(one.data) for one in planned.injected] == ["harbor-vision", None]
    assert made(planned) == {"harbor-vision"}
