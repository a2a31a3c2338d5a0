"""KServe's rules for a pod's images and pull Secrets, one at a time; the oracle test shows that they are KServe's."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from mooring.kserve import runtime
from mooring.kserve.model import ClusterContext, Pod
from mooring.kserve.pods import pods
from mooring.schema.catalog import Catalog

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
    return pods(data, info, ClusterContext.of(runtimes, platform_images=AGENT))


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
        context = ClusterContext.of(all_of.values())
        found = runtime.find({"modelFormat": {"name": "f", "version": "1"}}, "ns", context)
        assert found is not None and found["metadata"]["name"] == expected
        del all_of[expected]
    assert runtime.find({"modelFormat": {"name": "f"}}, "ns", ClusterContext.of(all_of.values())) is None


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


def settings(**entries: Any) -> dict[str, Any]:
    data = {key: value if isinstance(value, str) else json.dumps(value) for key, value in entries.items()}
    return {"kind": "ConfigMap", "metadata": {"name": "inferenceservice-config", "namespace": "kserve"}, "data": data}


def storage_container(name: str, prefix: str = "gs://", **more: Any) -> dict[str, Any]:
    disabled = {"disabled": True} if more.pop("disabled", False) else {}
    spec = {"container": {"image": f"h/p/{name}:1"}, "supportedUriFormats": [{"prefix": prefix}], **more}
    return {"kind": "ClusterStorageContainer", "metadata": {"name": name}, "spec": spec, **disabled}


def of_kind(kind: str, spec: dict[str, Any], *objects: dict[str, Any]) -> Pod:
    info = Catalog().kind("serving.kserve.io/v1alpha1", kind)
    assert info is not None
    data = {"metadata": {"name": "thing", "namespace": "ns"}, "spec": spec}
    [pod] = pods(data, info, ClusterContext.of(objects, platform_images=AGENT))
    return pod


def test_the_images_of_kserve_s_own_config_map() -> None:
    art = {"art": {"image": "h/p/art", "defaultImageVersion": "v1"}}
    found = settings(
        agent={"image": "h/p/agent:2"}, router={"image": "h/p/router:1"}, explainers=art, logger="{", batcher="[]"
    )
    context = ClusterContext.of([found], platform_images={"agent": "h/p/agent:1", "storageInitializer": "h/p/fetch:1"})
    assert context.platform == {
        "agent": "h/p/agent:2", "storageInitializer": "h/p/fetch:1", "router": "h/p/router:1", "explainers": "h/p/art:v1",
    }  # fmt: skip
    for name, namespace in (("other", "kserve"), ("inferenceservice-config", "ns")):
        elsewhere = {**found, "metadata": {"name": name, "namespace": namespace}}
        assert ClusterContext.of([elsewhere]).settings is None


def test_a_router_has_its_secrets_from_the_config_map() -> None:
    router = {"image": "h/p/router:1", "imagePullSecrets": ["b", "a", 7, ""]}
    pod = of_kind("InferenceGraph", {"serviceAccountName": "robot"}, settings(router=router))
    assert (pod.component, pod.secrets, pod.service_account, pod.unknown) == ("router", ("b", "a"), "robot", None)
    assert [found.reference for found in pod.images] == ["h/p/router:1"]
    absent = of_kind("InferenceGraph", {}).unknown
    assert absent is not None and absent.reason == "settings" and "inferenceservice-config" in absent.text


@pytest.mark.parametrize("kind", ["LocalModelCache", "LocalModelNamespaceCache"])
def test_a_model_is_downloaded_in_the_namespace_of_the_config_map(kind: str) -> None:
    found = settings(localModel={"jobNamespace": "jobs"}, storageInitializer={"image": "h/p/fetch:1"})
    spec = {"sourceModelUri": "gs://models/a", "serviceAccountName": "downloader"}
    init, job = storage_container("init"), storage_container("job", workloadType="localModelDownloadJob")
    pod = of_kind(kind, spec, found, init)
    assert (pod.component, pod.namespace, pod.secrets, pod.service_account) == ("download", "jobs", (), None)
    assert [found.reference for found in pod.images] == ["h/p/fetch:1"]
    assert [found.reference for found in of_kind(kind, spec, found, init, job).images] == ["h/p/job:1"]
    without = of_kind(kind, spec, job)
    assert without.images == () and without.unknown is not None
    assert without.unknown.reason == "settings" and "inferenceservice-config" in without.unknown.text


@pytest.mark.parametrize(
    ("uri", "chosen", "fetched"),
    [
        ("gs://models/a", None, ["h/p/google:1"]),
        ("s3://models/a", None, ["h/p/fetch:1"]),
        ("hf://org/model", None, ["h/p/hub-a:1", "h/p/hub-b:1"]),  # KServe takes either
        ("hf://org/model", "hub-b", ["h/p/hub-b:1"]),
        ("pvc://claim", None, []),
    ],
)
def test_the_storage_container_that_is_for_an_address(uri: str, chosen: str | None, fetched: list[str]) -> None:
    containers = [
        storage_container("google"), storage_container("off", disabled=True),
        storage_container("job", workloadType="localModelDownloadJob"),
        storage_container("hub-b", "hf://"), storage_container("hub-a", "hf://"),
        storage_container("odd", "", supportedUriFormats=[{"regex": "("}, 7]),
    ]  # fmt: skip
    model = {"modelFormat": {"name": "f"}, "storageUri": uri}
    predictor = {"model": model, **({"storageContainerName": chosen} if chosen else {})}
    context = [settings(storageInitializer={"image": "h/p/fetch:1"}), *containers]
    [pod] = predicted(predictor, runtime_of("r"), *context)
    assert [found.reference for found in pod.images] == ["h/p/server:1", *fetched]


def test_of_several_addresses_the_first_chooses_what_fetches_them() -> None:
    uris = [{"uri": "gs://models/a"}, {"uri": "hf://org/model"}, {"uri": "pvc://claim"}]
    context = [
        settings(storageInitializer={"image": "h/p/fetch:1"}),
        storage_container("google"),
        storage_container("hub", "hf://"),
    ]
    model = {"modelFormat": {"name": "f"}}
    for order, image in ((uris, "h/p/google:1"), (uris[1:], "h/p/hub:1"), (uris[::-1], "h/p/fetch:1")):
        [pod] = predicted({"model": model, "storageUris": order}, runtime_of("r"), *context)
        assert [found.reference for found in pod.images] == ["h/p/server:1", image]


def test_a_pod_is_called_by_its_place() -> None:
    for kind, spec, components in (
        (("apps/v1", "Deployment"), {"template": {"spec": {}}}, ["template"]),
        (("v1", "Pod"), {}, ["template"]),
        (("serving.kserve.io/v1alpha1", "ServingRuntime"), {"workerSpec": {}}, ["template", "worker"]),
    ):
        info = Catalog().kind(*kind)
        assert info is not None
        assert sorted(pod.component for pod in pods({"spec": spec}, info, ClusterContext())) == components
    deployment = Catalog().kind("apps/v1", "Deployment")
    assert deployment is not None
    runner = dataclasses.replace(
        deployment, api_version="example.com/v1", kind="Runner", pod_specs=(("spec", "agent"), ("spec", "z"))
    )
    assert [pod.component for pod in pods({"spec": {"agent": {}, "z": {}}}, runner, ClusterContext())] == ["agent", "z"]
