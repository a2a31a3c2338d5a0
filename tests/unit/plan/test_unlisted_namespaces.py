"""A service whose namespace the fleet does not list: all that is wrong with it is said in one run, and nothing else."""

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
- {name: vision, project: vision, namespaces: [vision]}
- {name: vision-ci, project: vision, namespaces: [ci]}
- {name: speech, project: speech, secretName: speech, namespaces: [vision]}
namespaces: [{name: vision}]
services:
- name: detector
  namespace: visoin
  SERVICE
"""
ENV = ', env: [{name: TOKEN, value: "s3cr3t-x9"}]'
PREDICTOR = 'spec: {predictor: {containers: [{name: kserve-container, image: "harbor.example.com/IMAGE"ENV}]}}'


@pytest.mark.parametrize(
    ("service", "codes"),
    [
        (PREDICTOR.replace("IMAGE", "vision/a:1").replace("ENV", ""), []),  # which robot is right depends on the namespace
        ("robots: [speech]\n  " + PREDICTOR.replace("IMAGE", "speech/a:1").replace("ENV", ""), []),
        ("robots: [speech]\n  " + PREDICTOR.replace("IMAGE", "vision/a:1").replace("ENV", ""), ["robot-lacks-project"]),
        (PREDICTOR.replace("IMAGE", "nobody/a:1").replace("ENV", ""), ["no-robot"]),
        (PREDICTOR.replace("IMAGE", "vision/a:1").replace("ENV", ENV), ["plaintext-credential"]),
        ("manifests: nowhere.yaml", ["bad-path"]),
        ("annotations: {config.kubernetes.io/local-config: 'true'}\n  spec: {predictor: {model: {modelFormat: {name: x}}}}",
         ["unsupported-kustomization"]),
        ("spec: {predictor: {model: {modelFormat: {name: x}, imag: x}}}", ["schema"]),
        ("spec: {predictor: {minReplicas: 1}}", ["invalid-service"]),
    ],
)  # fmt: skip
def test_what_else_is_wrong_is_said_too(
    service: str, codes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fleet.yaml").write_text(FLEET.replace("SERVICE", service))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["render", "--format", "json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    namespace = [problem for problem in problems if problem["code"] == "unknown-reference"]
    assert [(problem["line"], problem["column"]) for problem in namespace] == [(13, 14)]
    assert [problem["code"] for problem in problems if problem not in namespace] == codes
    assert not (tmp_path / "overlays").exists()
