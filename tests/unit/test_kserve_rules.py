"""KServe's rules for a pod's images and pull Secrets, one at a time; the oracle test shows that they are KServe's."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.catalog import Catalog
from mooring.kserve import runtime
from mooring.kserve.pods import Pod, Surroundings, pods

DIGEST = "@sha256:" + "0" * 64
AGENT = {"agent": "h/p/agent:1"}


def runtime_of(
    name: str, *, image: str = "h/p/server:1", kind: str = "ClusterServingRuntime", **spec: Any
) -> dict[str, Any]:
    """A runtime for format `f` that offers itself; fields in `spec` replace its own."""
    base = {
        "supportedModelFormats": [{"name": "f", "version": "1", "autoSelect": True}],
        "protocolVersions": ["v1"],
        "containers": [{"name": "kserve-container", "image": image}],
    }
    return {"kind": kind, "metadata": {"name": name, "namespace": "ns"}, "spec": {**base, **spec}}


def predicted(predictor: dict[str, Any], *runtimes: dict[str, Any], **spec: Any) -> tuple[Pod, ...]:
    info = Catalog().kind("serving.kserve.io/v1beta1", "InferenceService")
    assert info is not None
    data = {"metadata": {"name": "svc", "namespace": "ns"}, "spec": {"predictor": predictor, **spec}}
    return pods(data, info, Surroundings.of(runtimes, platform_images=AGENT))


@pytest.mark.parametrize(
    ("name", "image", "model", "made"),
    [
        ("any", "h/p/s:1", {"runtimeVersion": "2"}, "h/p/s:2"),
        ("any", "h:5/p/s", {"runtimeVersion": "2"}, "h:5/p/s:2"),
        ("any", f"h/p/s:1{DIGEST}", {"runtimeVersion": "2"}, f"h/p/s:1{DIGEST}"),
        ("any", "h/p/s:1", {"image": "h/p/own:4", "runtimeVersion": "2"}, "h/p/own:2"),
        ("kserve-huggingfaceserver", "h/p/s:1", {"gpu": "nvidia.com/gpu"}, "h/p/s:1-gpu"),
        ("kserve-huggingfaceserver", "h/p/s:1", {"gpu": "nvidia.com/mig-1g.5gb"}, "h/p/s:1-gpu"),
        ("kserve-huggingfaceserver", "h/p/s:1", {"gpu": "amd.com/gpu"}, "h/p/s:1"),
        ("kserve-huggingfaceserver", "h/p/s:1-gpu", {"gpu": "nvidia.com/gpu"}, "h/p/s:1-gpu"),
        ("kserve-vllmserver", "h/p/s:1", {}, "h/p/s-cpu:1"),
        ("kserve-vllmserver", "h/p/s-cpu:1", {}, "h/p/s-cpu:1"),
        ("kserve-vllmserver", "h/p/s:1", {"gpu": "nvidia.com/gpu"}, "h/p/s:1"),
        ("any", "h/p/{{.Name}}:{{ .Namespace }}", {}, "h/p/svc:ns"),
    ],
)
def test_the_image_is_edited(name: str, image: str, model: dict[str, Any], made: str) -> None:
    limits = {model.pop("gpu"): 1} if "gpu" in model else {}
    whole = {
        "modelFormat": {"name": "f"},
        "runtime": name,
        "storageUri": "pvc://c",
        "resources": {"limits": limits},
        **model,
    }
    [pod] = predicted({"model": whole}, runtime_of(name, image=image))
    assert [found.reference for found in pod.images] == [made]


@pytest.mark.parametrize(
    ("own", "below", "united"),
    [
        (("a",), ("b",), ("a", "b")),
        (("s", "a"), ("r", "s"), ("r", "s", "a")),
        (("a", "s"), ("r", "s"), ("a", "r", "s")),
        (("a", "s"), ("s", "r"), ("a", "s", "r")),
        ((), ("r", "r"), ("r",)),
        (("a", "a"), (), ("a",)),
    ],
)
def test_lists_are_united_in_the_order_of_a_strategic_merge(
    own: tuple[str, ...], below: tuple[str, ...], united: tuple[str, ...]
) -> None:
    assert runtime.united(own, below) == united


def test_the_runtime_is_chosen_by_priority_then_protocol_then_name() -> None:
    formats = [{"name": "f", "version": "9", "priority": 3}, {"name": "f", "version": "1", "autoSelect": True}]
    all_of = {
        "c-nodes": runtime_of("c-nodes", workerSpec={"containers": []}, supportedModelFormats=formats),
        "c-v2": runtime_of("c-v2", protocolVersions=["v2"], supportedModelFormats=formats),
        "c-first": runtime_of("c-first", supportedModelFormats=formats),
        "c-plain": runtime_of("c-plain"),
        "b-any": runtime_of("b-any", protocolVersions=[]),
        "d-plain": runtime_of("d-plain"),
    }
    for expected in ("c-first", "c-plain", "d-plain", "b-any"):
        around = Surroundings.of(all_of.values())
        found = runtime.find({"modelFormat": {"name": "f", "version": "1"}}, "ns", around)
        assert found is not None and found["metadata"]["name"] == expected
        del all_of[expected]
    assert runtime.find({"modelFormat": {"name": "f"}}, "ns", Surroundings.of(all_of.values())) is None


def test_a_predictor_without_a_model_gets_the_agent() -> None:
    [pod] = predicted({"model": {"modelFormat": {"name": "f"}}}, runtime_of("r"))
    assert [found.reference for found in pod.images] == ["h/p/server:1", "h/p/agent:1"]


def test_a_canary_has_what_it_does_not_write_from_the_stable_predictor() -> None:
    stable = {
        "serviceAccountName": "robot",
        "imagePullSecrets": [{"name": "a"}],
        "initContainers": [{"name": "i", "image": "h/p/init:1"}],
        "model": {"modelFormat": {"name": "f"}, "runtime": "r", "image": "h/p/own:1", "storageUri": "oci://h/p/m:1"},
    }
    canary = [{"predictor": {"name": "next", "model": {"modelFormat": {"name": "f"}, "storageUri": "oci://h/p/m:2"}}}]
    pod = predicted(stable, runtime_of("r"), canary=canary)[1]
    assert (pod.component, pod.service_account, pod.secrets) == ("canary:next", "robot", ("a",))
    assert [found.reference for found in pod.images] == ["h/p/init:1", "h/p/own:1", "oci://h/p/m:2"]


def test_workers_have_their_own_account_and_load_the_model() -> None:
    nodes = {"containers": [{"name": "worker-container", "image": "h/p/w:1"}, {"name": "other", "image": "h/p/o:1"}]}
    model = {"modelFormat": {"name": "f"}, "storageUri": "oci://h/p/m:1"}
    pod = predicted({"serviceAccountName": "robot", "model": model, "workerSpec": {}}, runtime_of("r", workerSpec=nodes))[1]
    assert (pod.component, pod.service_account) == ("worker", None)
    assert [found.reference for found in pod.images] == ["h/p/w:1", "oci://h/p/m:1"]
