"""Images of an object whose kind nobody knows: counted, and never proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli

SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: regcred, namespace: vision}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: '{"auths":{"harbor.example.com":{"username":"u","password":"p"}}}'}
"""
ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: vision}
spec:
  template:
    spec:
      imagePullSecrets: [{name: regcred}]
      initContainers: [{name: i, image: "harbor.example.com/vision/init:1"}]
      containers: [{name: a, image: IMAGE}]
"""


def checked(here: Path, capsys: pytest.CaptureFixture[str], *texts: str) -> dict[str, Any]:
    (here / "all.yaml").write_text("---\n".join(texts))
    cli.main(["check", "all.yaml", "--pulls", "--format", "json"])
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


@pytest.mark.parametrize(("image", "verdict", "reason"), [
    ("harbor.example.com/vision/a:1", "unknown", "kind"), ("harbor.example.com/Vision/a", "unknown", "kind"),
    ("harbor.exmaple.com/vision/a:1", "unknown", "kind"), ("quay.io/org/a:${TAG}", "unknown", "kind"),
    ("quay.io/org/a:1", "not-harbor", None), ("nginx", "not-harbor", None),
])  # fmt: skip
def test_an_image_of_an_unknown_kind(
    here: Path, capsys: pytest.CaptureFixture[str], image: str, verdict: str, reason: str | None
) -> None:
    result = checked(here, capsys, SECRET, ROLLOUT.replace("IMAGE", json.dumps(image)))
    assert sorted((one["route"], one["verdict"], one["reason"]) for one in result["pulls"]) == [
        ("spec.template.spec.containers[0].image", verdict, reason),
        ("spec.template.spec.initContainers[0].image", "unknown", "kind"),
    ]
    summary = result["summary"]
    assert (summary["pulls"], summary["proved"], summary["broken"]) == (2, 0, 0)


def test_what_is_no_pod_spec_holds_no_image(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = "spec: " + "{a: " * 40 + "{containers: [{image: x}]}" + "}" * 40
    specs = {
        "images": "spec: {image: harbor.example.com/vision/a}", "names": "spec: {containers: [a, b]}",
        "text": "spec: {containers: image}", "none": "spec: {containers: [{name: a}]}", "deep": deep,
    }  # fmt: skip
    head = "apiVersion: example.com/v1\nkind: Made\n"
    texts = [f"{head}metadata: {{name: {name}, namespace: a}}\n{spec}\n" for name, spec in specs.items()]
    assert checked(here, capsys, SECRET, *texts)["pulls"] == []


@pytest.mark.parametrize(("kind", "codes"), [("CustomResourceDefinition", []), ("Other", ["no-schema"])])
def test_what_defines_a_kind_runs_nothing(
    kind: str, codes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = {"containers": [{"name": "a", "image": "harbor.example.com/p/a:1"}]}
    data = {"apiVersion": "apiextensions.k8s.io/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    Path("a.json").write_text(json.dumps(data))
    assert cli.main(["check", "a.json", "--registry", "harbor.example.com", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in result["problems"]] == codes
    assert (result["summary"]["documents"], result["summary"]["pulls"]) == (1, len(codes))
