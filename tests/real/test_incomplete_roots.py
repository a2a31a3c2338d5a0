"""Roots of real repositories through the real Kustomize: what mooring does not see is left out, the rest is checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.real.conftest import Tools

ISVC = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: det}
spec:
  predictor:
    containers:
    - {name: kserve-container, image: "harbor.example.com/ml/det:1"}
"""
# `{"auths": {"harbor.example.com": {"auth": "dTpw"}}}`
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: regcred}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: eyJhdXRocyI6IHsiaGFyYm9yLmV4YW1wbGUuY29tIjogeyJhdXRoIjogImRUcHcifX19}
"""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: c, image: docker.io/library/nginx:1}]
"""
NAMED = """\
patches:
- target: {kind: InferenceService}
  patch: |
    - {op: add, path: /spec/predictor/imagePullSecrets, value: [{name: regcred}]}
"""
BASE = "https://github.com/acme/base//deploy?ref=v1"
OK: list[Any] = [("warning", "plaintext-credential", "secret.yaml", 5)]
NO_SECRET = ("error", "secret-not-referenced", "isvc.yaml", 7)


def note(line: int, file: str = "kustomization.yaml") -> tuple[str, str, str, int]:
    return "note", "not-at-hand", file, line


# (kustomization, further files; severity, code, file and line of each problem; the verdicts of the pulls of Harbor)
CASES: Mapping[str, tuple[str, dict[str, str], list[Any], list[str]]] = {
    "a remote file": (
        "namespace: vision\nresources: [isvc.yaml]\nconfigMapGenerator:\n- name: dash\n"
        "  files: [dash.json=https://files.example.invalid/dashboard.json]\n",
        {}, [NO_SECRET, note(5)], ["secret-not-referenced"],
    ),
    "a chart": (
        "namespace: vision\nresources: [isvc.yaml]\nhelmCharts:\n- name: redis\n  repo: https://charts.example.com\n",
        {}, [NO_SECRET, note(4)], ["secret-not-referenced"],
    ),
    "a chart that lies in the repository": (
        "namespace: vision\nresources: [isvc.yaml, secret.yaml]\nhelmGlobals: {chartHome: ../charts}\n"
        "helmCharts:\n- {name: redis, valuesFile: values.yaml}\n" + NAMED,
        {}, [*OK, note(5)], ["ok"],
    ),
    "a remote base and a patch": (
        f"namespace: vision\nresources:\n- isvc.yaml\n- secret.yaml\n- {BASE}\n" + NAMED, {}, [*OK, note(5)], ["ok"],
    ),
    "a remote base, images and labels": (
        f"namespace: vision\nresources: [isvc.yaml, '{BASE}']\n"
        "images: [{name: docker.io/library/nginx, newTag: '2'}]\ncommonLabels: {a: b}\n",
        {}, [NO_SECRET, note(2)], ["secret-not-referenced"],
    ),
    "labels give a Deployment its selector": (
        f"namespace: vision\nresources: [web.yaml, '{BASE}']\nlabels: [{{pairs: {{a: b}}, includeSelectors: true}}]\n",
        {"web.yaml": WEB}, [note(2)], [],
    ),
    "a patch of the base's Deployment": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml, '{BASE}']\n{NAMED}- path: web.yaml\n",
        {"web.yaml": WEB}, [*OK, note(2), note(7)], ["ok"],
    ),
    "an old patch of the base's Deployment": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml, '{BASE}']\npatchesStrategicMerge: [web.yaml]\n" + NAMED,
        {"web.yaml": WEB}, [*OK, note(2), note(3)], ["ok"],
    ),
    "a replacement from the base": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml, '{BASE}']\nreplacements:\n"
        "- source: {kind: ConfigMap, name: far, fieldPath: data.a}\n"
        "  targets: [{select: {kind: InferenceService}, fieldPaths: [metadata.name]}]\n" + NAMED,
        {}, [*OK, note(2), note(4)], ["ok"],
    ),
    "the base's replicas": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml, '{BASE}']\nreplicas: [{{name: web, count: 2}}]\n" + NAMED,
        {}, [*OK, note(2), note(3)], ["ok"],
    ),
    "a merge into the base's ConfigMap": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml, '{BASE}']\n"
        "configMapGenerator: [{name: far, behavior: merge, literals: [a=b]}]\n" + NAMED,
        {}, [*OK, note(2), note(3)], ["ok"],
    ),
    "the base's Secret": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml, '{BASE}']\n" + NAMED.replace("regcred", "far"),
        {}, [*OK, note(2), ("note", "not-at-hand", "isvc.yaml", 6)], ["unknown"],
    ),
    "a remote component": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml]\ncomponents: ['{BASE}']\n" + NAMED,
        {}, [*OK, note(3)], ["unknown"],
    ),
    "a change that a remote component makes possible": (
        f"namespace: vision\nresources: [isvc.yaml, secret.yaml]\ncomponents: ['{BASE}']\npatches:\n"
        "- target: {kind: InferenceService}\n  patch: '[{op: remove, path: /spec/transformer}]'\n",
        {}, [*OK, note(3), note(5)], ["unknown"],
    ),
    "a plugin that is a program": (
        "namespace: vision\nresources: [isvc.yaml, secret.yaml]\ngenerators: [g.yaml]\n" + NAMED,
        {"g.yaml": "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: g}\nfiles: [secret.enc.yaml]\n"},
        [*OK, note(2, "g.yaml")], ["ok"],
    ),
    "a function that transforms": (
        "namespace: vision\nresources: [isvc.yaml, secret.yaml]\ntransformers:\n- |-\n  apiVersion: example.com/v1\n"
        "  kind: Set\n  metadata:\n    name: s\n    annotations: {config.kubernetes.io/function: 'container: {image: a}'}\n",
        {}, [*OK, note(4)], ["unknown"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("builder", ["kustomize", "kubectl"])
@pytest.mark.parametrize("case", CASES)
def test_the_rest_is_checked(
    case: str, builder: str, tool: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, more, problems, verdicts = CASES[case]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / builder).symlink_to(tool(builder))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    repository = tmp_path / "repository"
    (repository / "k").mkdir(parents=True)
    monkeypatch.chdir(repository)
    for name, content in {"kustomization.yaml": text, "isvc.yaml": ISVC, "secret.yaml": SECRET, **more}.items():
        (repository / "k" / name).write_text(content)
    cli.main(["check", "k", "--registry", "harbor.example.com", "--pulls", "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    found = [(p["severity"], p["code"], str(p["file"]).removeprefix("k/"), p["line"]) for p in result["problems"]]
    assert sorted(map(str, found)) == sorted(map(str, problems))
    assert [pull["verdict"] for pull in result["pulls"] if "harbor" in pull["image"]] == verdicts
