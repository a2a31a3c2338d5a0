"""The manifests of well-known public threads of KServe: `mooring check` names the cause in its first line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from mooring import cli

SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: my-secret-registry}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: '{"auths": {"harbor.example.com": {"auth": "YTpi"}}}'}
---
"""
HEAD = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: app}\nspec:\n"


class Thread(NamedTuple):
    """What the thread shows, what the first line says, and where: a part of the line that is shown."""

    manifests: str
    code: str
    at: str


# https://github.com/kserve/kserve/issues/<number>
THREADS = {
    "1846": Thread(
        f"{SECRET}{HEAD}"
        "  imagePullSecrets: [{name: my-secret-registry}]\n"
        "  predictor:\n    containers: [{name: kserve-container, image: 'harbor.example.com/team/app:1'}]\n",
        "secret-misplaced", "imagePullSecrets",
    ),
    "2438": Thread(
        f"{SECRET}{HEAD}"
        "  transformer:\n    imagePullSecrets:\n    - name: mysecret-registry\n"
        "    containers: [{name: kfserving-container, image: 'harbor.example.com/cnndha/image-transformer:v2'}]\n"
        "  predictor:\n    pytorch: {storageUri: 'gs://kfserving-examples/models/torchserve/image_classifier'}\n",
        "secret-not-in-namespace", "mysecret-registry",
    ),
    "2681": Thread(
        "apiVersion: serving.kserve.io/v1alpha1\nkind: ClusterServingRuntime\nmetadata: {name: tensorflow}\nspec:\n"
        "  supportedModelFormats: [{name: tensorflow, version: '2', autoSelect: true}]\n"
        "  containers: [{name: kserve-container, image: 'harbor.example.com/library/tensorflow/serving:2.6.2'}]\n"
        f"---\n{HEAD}  predictor:\n    tensorflow: {{storageUri: 'http://models.example.com/iris.tar.gz'}}\n",
        "secret-not-referenced", "tensorflow:",
    ),
    "3935": Thread(
        f"{HEAD}  predictor:\n    model:\n      modelFormat: {{name: pytorch}}\n      runtime: kserve-tritonserver\n"
        "      storageUri: gs://kfserving-examples/models/torchscript\n"
        "  transformer:\n    containers:\n"
        "    - image: harbor.example.com/onecloud-sol/infra-demo-itg:image-transformer-1.0\n      name: kserve-container\n",
        "secret-not-referenced", "infra-demo-itg",
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", THREADS)
def test_the_cause_is_in_the_first_line(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = THREADS[number]
    (tmp_path / "app.yaml").write_text(thread.manifests)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "app.yaml", "--registry", "harbor.example.com"]) == 1
    first, shown = capsys.readouterr().out.split("\n")[:2]
    assert re.match(rf"app\.yaml:\d+:\d+: error\[{thread.code}\]: ", first)
    assert thread.at in shown
