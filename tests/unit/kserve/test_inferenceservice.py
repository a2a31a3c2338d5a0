"""The pods of an InferenceService, a component at a time: images and where they come from, lists, accounts."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve import inferenceservice
from mooring.kserve.model import ClusterContext, Pod
from mooring.problems.position import Route
from mooring.schema.catalog import Catalog

Object = dict[str, Any]
PLATFORM = {"agent": "h/p/agent:1", "storageInitializer": "h/p/fetch:1", "explainers": "h/p/art:v1"}
P: Route = ("spec", "predictor")
MODEL: Object = {"modelFormat": {"name": "f"}, "storageUri": "pvc://claim"}


def runtime(name: str = "r", **spec: Any) -> Object:
    base = {
        "supportedModelFormats": [{"name": name, "autoSelect": True} for name in ("f", "sklearn", "triton", "huggingface")],
        "containers": [{"name": "kserve-container", "image": f"h/p/{name}:1"}],
    }
    return {"kind": "ClusterServingRuntime", "metadata": {"name": name}, "spec": {**base, **spec}}


def pods(spec: Object, *objects: Object) -> dict[str, Pod]:
    info = Catalog().kind("serving.kserve.io/v1beta1", "InferenceService")
    assert info is not None
    data = {"metadata": {"name": "svc", "namespace": "ns"}, "spec": spec}
    found = inferenceservice.pods(data, info, ClusterContext.of(objects or [runtime()], platform_images=PLATFORM))
    return {pod.component: pod for pod in found}


def images(pod: Pod) -> list[tuple[str, Route]]:
    return [(image.reference, image.route) for image in pod.images]


def references(pod: Pod) -> list[str]:
    return [image.reference for image in pod.images]


def test_a_predictor_of_a_runtime() -> None:
    found = pods({"predictor": {"imagePullSecrets": [{"name": "a"}], "serviceAccountName": "sa", "model": MODEL}},
                 runtime(imagePullSecrets=[{"name": "b"}]))  # fmt: skip
    [pod] = found.values()
    assert (pod.component, pod.route, pod.unknown) == ("predictor", P, None)
    assert (pod.secrets, pod.service_account) == (("a", "b"), "sa")
    assert images(pod) == [("h/p/r:1", (*P, "model"))]
    assert pod.references == {"a": (*P, "imagePullSecrets", 0)}
    assert pod.runtime is not None and pod.images[0].owner == "ClusterServingRuntime/r"


@pytest.mark.parametrize(("model", "message"), [
    ({"runtime": "none"}, "runtime `none` is not among the files given"),
    ({"modelFormat": {"name": "other"}}, "the runtime that KServe selects is not among the files given"),
])  # fmt: skip
def test_a_runtime_that_is_not_given(model: Object, message: str) -> None:
    unknown = pods({"predictor": {"model": {**MODEL, **model}}})["predictor"].unknown
    assert unknown is not None and (unknown.reason, unknown.text) == ("runtime", message)


def test_the_image_of_the_model_replaces_the_runtime_s() -> None:
    own = {**MODEL, "runtime": "r", "image": "h/p/own:1"}
    assert images(pods({"predictor": {"model": own}})["predictor"]) == [("h/p/own:1", (*P, "model", "image"))]
    odd = {**MODEL, "runtime": "r", "image": ""}
    assert images(pods({"predictor": {"model": odd}})["predictor"]) == [("h/p/r:1", (*P, "model", "runtime"))]


def test_a_container_replaces_the_runtime_s_transformer_of_its_name_and_no_other() -> None:
    both = [{"name": "transformer-container", "image": "h/p/{{.Name}}:1"}, {"name": "side", "image": "h/p/{{.Name}}-side:1"}]
    spec = {"model": MODEL, "containers": [{"name": "transformer-container", "image": "h/p/own-{{.Name}}:1"},
                                           {"name": "side", "image": "h/p/own-side:1"}]}  # fmt: skip
    found = pods({"predictor": spec}, runtime(containers=both))["predictor"]
    assert references(found) == ["h/p/own-{{.Name}}:1", "h/p/own-side:1", "h/p/{{.Name}}-side:1"]
    without = pods({"predictor": {"model": MODEL}}, runtime(containers=both))["predictor"]
    assert references(without) == ["h/p/svc:1", "h/p/{{.Name}}-side:1"]


def test_a_container_without_an_image_replaces_nothing() -> None:
    spec = {"model": MODEL, "containers": [{"name": "transformer-container"}, "odd"]}
    found = pods({"predictor": spec}, runtime(containers=[{"name": "transformer-container", "image": "h/p/t:1"}]))
    assert references(found["predictor"]) == ["h/p/t:1"]


@pytest.mark.parametrize(("key", "model", "name"), [
    ("sklearn", {}, "v1"),
    ("triton", {}, "v2"),
    ("huggingface", {}, "v2"),
    ("triton", {"protocolVersion": "v1"}, "v1"),
    ("model", {"modelFormat": {"name": "triton"}}, "v1"),
])  # fmt: skip
def test_some_keys_stand_for_a_protocol(key: str, model: Object, name: str) -> None:
    by_protocol = [runtime(one, protocolVersions=[one]) for one in ("v1", "v2")]
    found = pods({"predictor": {key: {"storageUri": "pvc://claim", **model}}}, *by_protocol)["predictor"]
    assert images(found) == [(f"h/p/{name}:1", (*P, key))]


@pytest.mark.parametrize(("model", "fetched"), [
    ({"storageUri": "s3://bucket"}, [("h/p/fetch:1", ("model", "storageUri"))]),
    ({"storageUri": "oci://h/p/m:1"}, [("oci://h/p/m:1", ("model", "storageUri"))]),
    ({"storageUri": "pvc://claim"}, []),
    ({"storage": {"path": "a"}, "storageUri": None}, [("h/p/fetch:1", ("model", "storage"))]),
    ({"storage": {"path": "a"}, "storageUri": "pvc://claim"}, []),
    ({"storage": {"key": "a"}, "storageUri": None}, []),
    ({"storage": "odd", "storageUri": None}, []),
    # Without any model the server takes several, and KServe's agent loads them.
    ({"storageUri": None}, [("h/p/agent:1", ("model",))]),
    ({"storageUri": None, "modelFormat": {"name": "huggingface"}}, []),
])  # fmt: skip
def test_what_brings_the_model(model: Object, fetched: list[tuple[str, Route]]) -> None:
    found = pods({"predictor": {"model": {**MODEL, **model}}})["predictor"]
    assert images(found)[1:] == [(image, (*P, *route)) for image, route in fetched]


def test_several_addresses_are_fetched_by_what_fetches_the_first() -> None:
    container = {"kind": "ClusterStorageContainer", "metadata": {"name": "g"},
                 "spec": {"container": {"image": "h/p/g:1"}, "supportedUriFormats": [{"prefix": "gs://"}]}}  # fmt: skip
    model = {"modelFormat": {"name": "f"}}
    spec = {"model": model, "storageUris": [{"uri": "gs://a"}, {"uri": "s3://b"}]}
    assert references(pods({"predictor": spec}, runtime(), container)["predictor"]) == ["h/p/r:1", "h/p/g:1"]
    spec = {"model": model, "storageUris": [{"uri": "s3://b"}, {"uri": "gs://a"}]}
    assert references(pods({"predictor": spec}, runtime(), container)["predictor"]) == ["h/p/r:1", "h/p/fetch:1"]
    chosen = {"model": {**MODEL, "storageUri": "gs://a"}, "storageContainerName": "none"}
    assert references(pods({"predictor": chosen}, runtime(), container)["predictor"]) == ["h/p/r:1", "h/p/fetch:1"]


@pytest.mark.parametrize(("env", "is_there"), [
    ([{"name": "MULTI_MODEL_SERVER", "value": "true"}], True),
    ([{"name": "OTHER"}, {"name": "MULTI_MODEL_SERVER", "value": "true"}], True),
    ([{"name": "MULTI_MODEL_SERVER", "value": "false"}], False),
    ([], False),
    ("odd", False),
])  # fmt: skip
def test_the_first_container_says_that_it_serves_several_models(env: Any, is_there: bool) -> None:
    first, last = {"name": "a", "image": "h/p/a:1", "env": env}, {"name": "b", "image": "h/p/b:1"}
    found = pods({"predictor": {"containers": [first, last]}})["predictor"]
    assert images(found)[2:] == ([("h/p/agent:1", P)] if is_there else [])
    assert references(pods({"predictor": {"containers": [last, first]}})["predictor"]) == ["h/p/b:1", "h/p/a:1"]


@pytest.mark.parametrize("key", ["logger", "batcher"])
def test_an_agent_logs_and_batches(key: str) -> None:
    found = pods({"predictor": {"model": MODEL, key: {}}})["predictor"]
    assert images(found)[1:] == [("h/p/agent:1", (*P, key))]
    assert len(pods({"predictor": {"model": MODEL, key: "odd"}})["predictor"].images) == 1


def test_each_image_once_for_each_place() -> None:
    spec = {"model": {**MODEL, "storageUri": "s3://a"}, "storageUris": [{"uri": "s3://b"}], "logger": {}, "batcher": {}}
    assert references(pods({"predictor": spec})["predictor"]) == ["h/p/r:1", "h/p/fetch:1", "h/p/agent:1"]
    twice = {"containers": [{"name": "a", "image": "h/p/a:1"}, {"name": "b", "image": "h/p/a:1"}]}
    assert [route[-2] for _, route in images(pods({"predictor": twice})["predictor"])] == [0, 1]


def test_a_custom_predictor_has_its_model_in_the_environment() -> None:
    env = [{"name": "STORAGE_URI", "value": "oci://h/p/m:1"}]
    side, main = {"name": "side", "env": env}, {"name": "kserve-container", "image": "h/p/c:1", "env": env}
    found = pods({"predictor": {"containers": [side, main]}})["predictor"]
    assert images(found) == [
        ("h/p/c:1", (*P, "containers", 1, "image")), ("oci://h/p/m:1", (*P, "containers", 1, "env", 0, "value")),
    ]  # fmt: skip
    assert found.unknown is None and found.runtime is None


C: Route = ("spec", "canary", 0, "predictor")


def canary(stable: Object, spec: Object, *objects: Object) -> dict[str, Pod]:
    return pods({"predictor": stable, "canary": [{"predictor": spec}]}, *objects)


def test_a_canary_writes_some_and_has_the_rest_of_the_stable_predictor() -> None:
    stable: Object = {"serviceAccountName": "sa", "imagePullSecrets": [{"name": "a"}], "logger": {},
                      "model": {**MODEL, "runtime": "r", "storageUri": "oci://h/p/m:1"}}  # fmt: skip
    same = canary(stable, {"name": "next", "logger": {}})["canary:next"]
    assert (same.route, same.secrets, same.service_account) == (C, ("a",), "sa")
    assert images(same) == [
        ("h/p/r:1", (*P, "model")), ("oci://h/p/m:1", (*P, "model", "storageUri")), ("h/p/agent:1", (*C, "logger")),
    ]  # fmt: skip
    assert same.references == {"a": (*P, "imagePullSecrets", 0)}
    own = canary(stable, {"imagePullSecrets": [{"name": "b"}], "serviceAccountName": "own",
                          "model": {"runtime": "s", "storageUri": "oci://h/p/m:2"}}, runtime(), runtime("s"))  # fmt: skip
    assert list(own) == ["predictor", "canary:0"]
    assert (own["canary:0"].secrets, own["canary:0"].service_account) == (("b",), "own")
    assert images(own["canary:0"])[:2] == [
        ("h/p/s:1", (*C, "model", "runtime")), ("oci://h/p/m:2", (*C, "model", "storageUri")),
    ]  # fmt: skip
    assert own["canary:0"].references == {"b": (*C, "imagePullSecrets", 0)}


def test_a_canary_keeps_the_runtime_that_was_selected_for_the_stable_predictor() -> None:
    stable = {"sklearn": {"storageUri": "pvc://claim"}}
    both = runtime("a"), runtime("b", supportedModelFormats=[{"name": "xgboost", "autoSelect": True}])
    assert references(canary(stable, {"sklearn": {}}, *both)["canary:0"]) == ["h/p/a:1"]
    assert references(canary(stable, {"xgboost": {"storageUri": "pvc://c"}}, *both)["canary:0"]) == ["h/p/a:1"]
    named = {"xgboost": {"runtime": "b", "storageUri": "pvc://c"}}
    assert references(canary(stable, named, *both)["canary:0"]) == ["h/p/b:1"]


def test_a_canary_has_a_model_format_of_its_own_or_the_stable_one() -> None:
    """Only a server of Hugging Face fetches its model by itself; any other without one waits for the agent to bring some."""
    fetches, waits = {"name": "huggingface"}, {"name": "f"}

    def has_agent(stable: Object, own: Object) -> bool:
        found = canary({"model": {"runtime": "r", **stable}}, {"model": {"runtime": "r", **own}})["canary:0"]
        return "h/p/agent:1" in references(found)

    assert not has_agent({"modelFormat": waits}, {"modelFormat": fetches})
    assert has_agent({"modelFormat": fetches}, {"modelFormat": waits})
    assert not has_agent({"modelFormat": fetches}, {})
    assert has_agent({"modelFormat": waits}, {})


def test_a_canary_replaces_a_list_as_a_whole() -> None:
    main, init = {"name": "kserve-container", "image": "h/p/c:1"}, {"name": "i", "image": "h/p/i:1"}
    stable = {"containers": [main], "initContainers": [init]}
    found = canary(stable, {"containers": [{**main, "image": "h/p/c:2"}]})["canary:0"]
    assert images(found) == [("h/p/c:2", (*C, "containers", 0, "image")), ("h/p/i:1", (*P, "initContainers", 0, "image"))]


def test_a_canary_that_is_none_is_passed_over() -> None:
    assert list(pods({"predictor": {"model": MODEL}, "canary": ["odd", {}, {"predictor": "odd"}]})) == ["predictor"]
    assert list(pods({"predictor": "odd", "canary": {"predictor": {}}})) == []


W: Route = (*P, "workerSpec")


def test_the_workers_of_several_nodes() -> None:
    nodes = {"containers": [{"name": "worker-container", "image": "h/p/w:1"}], "imagePullSecrets": [{"name": "below"}]}
    own: Object = {"imagePullSecrets": [{"name": "own"}], "serviceAccountName": "sa"}
    found = pods({"predictor": {"model": MODEL, "workerSpec": own}}, runtime(workerSpec=nodes))
    worker = found["worker"]
    assert (worker.route, worker.secrets, worker.service_account) == (W, ("own", "below"), "sa")
    assert images(worker) == [("h/p/w:1", (*P, "model"))] and worker.references == {"own": (*W, "imagePullSecrets", 0)}
    assert worker.runtime is found["predictor"].runtime is not None
    replaced = pods({"predictor": {"model": MODEL, "workerSpec": {"containers": [{"name": "x", "image": "h/p/x:1"}]}}},
                    runtime(workerSpec=nodes))["worker"]  # fmt: skip
    assert images(replaced) == [("h/p/x:1", (*W, "containers", 0, "image"))]
    assert list(pods({"predictor": {"model": MODEL, "workerSpec": None}})) == ["predictor"]


@pytest.mark.parametrize("component", ["transformer", "explainer"])
def test_what_stands_beside_a_predictor(component: str) -> None:
    here: Route = ("spec", component)
    spec: Object = {
        "containers": [{"name": "c", "image": "h/p/c:1", "env": [{"name": "STORAGE_URI", "value": "s3://bucket"}]}],
        "imagePullSecrets": [{"name": "a"}], "serviceAccountName": "sa", "logger": {}, "batcher": {},
    }  # fmt: skip
    pod = pods({component: spec})[component]
    assert (pod.route, pod.secrets, pod.service_account) == (here, ("a",), "sa")
    assert images(pod) == [
        ("h/p/c:1", (*here, "containers", 0, "image")), ("h/p/fetch:1", (*here, "containers", 0, "env", 0, "value")),
        ("h/p/agent:1", (*here, "logger")),
    ]  # fmt: skip
    alone = pods({component: {"batcher": {}}})[component]
    assert references(alone) == (["h/p/agent:1"] if component == "transformer" else [])


@pytest.mark.parametrize(("art", "found"), [
    ({}, "h/p/art:v1"), ({"runtimeVersion": "2"}, "h/p/art:2"), ({"image": "h/p/own:1"}, "h/p/own:1"), ("odd", None),
])  # fmt: skip
def test_kserve_s_own_explainer(art: Any, found: str | None) -> None:
    assert references(pods({"explainer": {"art": art}})["explainer"]) == ([found] if found else [])


def test_of_a_transformer_s_addresses_the_first_chooses_what_fetches_them() -> None:
    container = {"kind": "ClusterStorageContainer", "metadata": {"name": "g"},
                 "spec": {"container": {"image": "h/p/g:1"}, "supportedUriFormats": [{"prefix": "gs://"}]}}  # fmt: skip
    for uris, image in ((("gs://a", "s3://b"), "h/p/g:1"), (("s3://b", "gs://a"), "h/p/fetch:1")):
        spec = {"transformer": {"storageUris": [{"uri": uri} for uri in uris]}}
        assert references(pods(spec, runtime(), container)["transformer"]) in ([image], [image, image])
