"""KServe's own runtimes and presets are known by name, unless something at hand or the fleet has them otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.kserve.model import ClusterContext, Pod
from mooring.kserve.pods import pods
from mooring.kserve.released import mirrored, release_of, released
from mooring.schema.catalog import Catalog, shipped_versions
from tests.support.example import SMALL

Captured = pytest.CaptureFixture[str]
NEWEST = shipped_versions("kserve")[-1]


def predictor(context: ClusterContext, **model: Any) -> Pod:
    info = Catalog().kind("serving.kserve.io/v1beta1", "InferenceService")
    assert info is not None
    data = {"metadata": {"name": "svc", "namespace": "ns"}, "spec": {"predictor": {"model": model}}}
    return pods(data, info, context)[0]


def of_name(name: str, image: str, **spec: Any) -> dict[str, Any]:
    containers = [{"name": "kserve-container", "image": image}]
    return {"kind": "ClusterServingRuntime", "metadata": {"name": name}, "spec": {"containers": containers, **spec}}


@pytest.mark.parametrize(
    ("version", "model", "images"),
    [
        ("0.20", {"runtime": "kserve-tritonserver"}, ["nvcr.io/nvidia/tritonserver:23.05-py3"]),
        ("0.20", {"modelFormat": {"name": "sklearn"}}, ["kserve/sklearnserver:v0.20.0"]),
        ("0.15", {"modelFormat": {"name": "sklearn"}}, ["kserve/sklearnserver:v0.15.2"]),
        ("0.17", {"modelFormat": {"name": "sklearn"}}, ["kserve/sklearnserver:v0.17.0"]),
        ("0.20", {"modelFormat": {"name": "sklearn"}, "protocolVersion": "v2"}, ["docker.io/seldonio/mlserver:1.7.1"]),
        ("0.20", {"runtime": "kserve-vllmserver"}, ["vllm/vllm-openai-cpu:v0.20.0"]),
        ("0.20", {"runtime": "kserve-huggingfaceserver", "runtimeVersion": "v1"}, ["kserve/huggingfaceserver:v1"]),
        ("0.20", {"runtime": "kserve-tritonserve"}, None),
        ("0.20", {"modelFormat": {"name": "pytorch"}}, ["pytorch/torchserve-kfs:0.9.0"]),
        ("0.20", {"modelFormat": {"name": "pytorch"}, "protocolVersion": "grpc-v2"}, ["pytorch/torchserve-kfs:0.9.0"]),
        ("0.20", {"modelFormat": {"name": "unheard-of"}}, None),
        ("0.15", {"runtime": "kserve-autogluonserver"}, None),  # newer
        ("0.18", {"runtime": "kserve-tritonserver"}, None),  # a release that is not known
    ],
)
def test_the_runtime_of_a_predictor(version: str, model: dict[str, Any], images: list[str] | None) -> None:
    pod = predictor(released(version), storageUri="pvc://a", **model)
    assert [image.reference for image in pod.images] == (images or [])
    assert (pod.unknown is None) == (images is not None)


def test_one_at_hand_comes_first() -> None:
    own = ClusterContext.of([of_name("kserve-sklearnserver", "h.example/p/own:1")]).beside(released(NEWEST))
    pod = predictor(own, runtime="kserve-sklearnserver", storageUri="pvc://a")
    assert [image.reference for image in pod.images] == ["h.example/p/own:1"]
    assert release_of(pod.runtime) is None


@pytest.mark.parametrize("namespace", ["kserve", "ns", ""])
def test_a_preset_at_hand_comes_first(namespace: str) -> None:
    template = {"containers": [{"name": "main", "image": "h.example/p/own:1"}]}
    metadata = {"name": "kserve-config-llm-template", "namespace": namespace}
    config = {"kind": "LLMInferenceServiceConfig", "metadata": metadata, "spec": {"template": template}}
    info = Catalog().kind("serving.kserve.io/v1alpha2", "LLMInferenceService")
    assert info is not None
    data = {"metadata": {"name": "svc", "namespace": "ns"}, "spec": {"model": {"uri": "pvc://a"}}}
    for configs, image in (([config], "h.example/p/own:1"), ([], "ghcr.io/llm-d/llm-d-cuda:v0.8.0")):
        (pod,) = pods(data, info, ClusterContext.of(configs).beside(released(NEWEST)))
        assert [one.reference for one in pod.images] == [image]
        assert pod.unknown is None


@pytest.mark.parametrize(
    ("table", "image"),
    [
        ({"kserve/sklearnserver:v0.20.0": "h.example/m/sk:v1"}, "h.example/m/sk:v1"),
        ({"docker.io/kserve/sklearnserver:v0.20.0": "h.example/m/sk:v1"}, "h.example/m/sk:v1"),
        ({"kserve/sklearnserver": "h.example/m/sk"}, "h.example/m/sk:v0.20.0"),
        ({"kserve/sklearnserver": "h.example/m/a", "kserve/sklearnserver:v0.20.0": "h.example/m/b:2"}, "h.example/m/b:2"),
        ({"kserve/sklearnserver:v0.19.0": "h.example/m/sk:v1"}, "kserve/sklearnserver:v0.20.0"),
        ({"ghcr.io/kserve/sklearnserver": "h.example/m/sk"}, "kserve/sklearnserver:v0.20.0"),
        ({"storageInitializer": "h.example/m/init:1"}, "kserve/sklearnserver:v0.20.0"),
    ],
)
def test_mirrored_images(table: dict[str, str], image: str) -> None:
    pod = predictor(mirrored(released("0.20"), table), modelFormat={"name": "sklearn"}, storageUri="pvc://a")
    assert [one.reference for one in pod.images] == [image]
    assert release_of(pod.runtime) == "0.20"


SERVICE = (
    "- {name: iris, namespace: vision, spec: {predictor: {model: {modelFormat: {name: sklearn}, storageUri: 'pvc://a'}}}}\n"
)
MIRROR = "platform: {images: {kserve/sklearnserver: harbor.example.com/vision/sklearnserver}}\n"
NONE = "platform: {runtimes: none}\n"


@pytest.mark.parametrize(
    ("platform", "service", "counted"),
    [
        ("", SERVICE, "2 pulls: 1 proved, 1 other (docker.io)"),
        (MIRROR, SERVICE, "2 pulls: 2 proved"),
        (NONE, SERVICE, "2 pulls: 1 proved, 1 unknown"),
        ("versions: {kserve: '0.15'}\n", SERVICE, "2 pulls: 1 proved, 1 other (docker.io)"),
        ("", "- {name: llm, namespace: vision, kind: LLMInferenceService, apiVersion: serving.kserve.io/v1alpha2,\n"
             "   spec: {model: {uri: 'pvc://a'}}}\n", "2 pulls: 1 proved, 1 other (ghcr.io)"),
    ],
)  # fmt: skip
def test_a_fleet(platform: str, service: str, counted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                 capsys: Captured) -> None:  # fmt: skip
    """Rendered, and judged again as manifests beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(SMALL.replace("robots:", f"{platform}robots:", 1) + service)
    assert cli.main(["render"]) == 0
    assert counted in "".join(capsys.readouterr())
    if platform == MIRROR:
        text = (tmp_path / "overlays/default/vision/services/iris.inferenceservice.yaml").read_text()
        assert "- name: harbor-vision" in text
    assert cli.main(["check", "overlays"]) == 0
    assert counted in capsys.readouterr().out


def test_without_a_fleet_what_is_assumed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    model = {"modelFormat": {"name": "sklearn"}, "storageUri": "pvc://a"}
    service = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
               "metadata": {"name": "iris", "namespace": "vision"}, "spec": {"predictor": {"model": model}}}  # fmt: skip
    (tmp_path / "iris.json").write_text(json.dumps(service))
    assert cli.main(["check", ".", "--registry", "harbor.example.com", "--pulls", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [(pull["image"], pull["verdict"]) for pull in result["pulls"]] == [
        (f"kserve/sklearnserver:v{NEWEST}.0", "not-harbor")
    ]
    (note,) = result["problems"]
    assert (note["code"], note["severity"]) == ("not-at-hand", "note")
    assert note["message"] == f"the predictor's pod is judged with `kserve-sklearnserver` of KServe {NEWEST}"
    assert "`platform.runtimes`" in note["hint"]
