"""The runtime of a predictor: which one KServe takes, what it brings, and how KServe changes an image."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve import runtime
from mooring.kserve.model import ClusterContext, Image, Released
from mooring.problems.position import Route

DIGEST = "@sha256:" + "0" * 64
ENTRY = {"name": "f", "version": "1", "autoSelect": True}
Object = dict[str, Any]


def offered(name: str, namespace: str = "", **spec: Any) -> Object:
    """A runtime that offers itself for format `f` in version 1; `spec` replaces or adds fields."""
    kind = "ServingRuntime" if namespace else "ClusterServingRuntime"
    fields = {"supportedModelFormats": [ENTRY], **spec}
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": fields}


def found(model: Object, *runtimes: Object, nodes: bool = False) -> str | None:
    """The name of the runtime that a predictor in namespace `ns` gets."""
    chosen = runtime.find(model, "ns", ClusterContext.of(runtimes), nodes=nodes)
    return chosen["metadata"]["name"] if chosen is not None else None


def formats(*entries: Object) -> Object:
    return {"supportedModelFormats": [{**ENTRY, **entry} for entry in entries]}


WANTED: Object = {"modelFormat": {"name": "f"}}
VERSION: Object = {"modelFormat": {"name": "f", "version": "1"}}


@pytest.mark.parametrize(("model", "spec", "is_taken"), [
    (WANTED, {}, True),
    (VERSION, {}, True),
    ({"modelFormat": {"name": "f", "version": 1}}, {}, True),
    ({"modelFormat": {"name": "f", "version": "2"}}, {}, False),
    ({"modelFormat": {"name": "g"}}, {}, False),
    ({"modelFormat": "f"}, {}, False),
    ({}, {}, False),
    (WANTED, {"disabled": True}, False),
    (WANTED, {"multiModel": True}, False),
    (WANTED, {"workerSpec": {}}, False),
    (WANTED, formats({"autoSelect": False}), False),
    (WANTED, formats({"autoSelect": False}, {"version": "2"}), True),
    (VERSION, formats({"autoSelect": False}, {"version": "2"}), False),
    (VERSION, {"supportedModelFormats": [{"name": "f", "autoSelect": True}]}, False),
    (WANTED, {"supportedModelFormats": ["f", {"name": "f", "autoSelect": True}]}, True),
    (WANTED, {"supportedModelFormats": {"name": "f"}}, False),
    # Without a protocol of its own a predictor speaks v1; a runtime without any speaks all.
    (WANTED, {"protocolVersions": ["v1"]}, True),
    (WANTED, {"protocolVersions": ["v2"]}, False),
    ({**WANTED, "protocolVersion": "v2"}, {"protocolVersions": ["v2"]}, True),
    ({**WANTED, "protocolVersion": "v2"}, {"protocolVersions": ["v1"]}, False),
    ({**WANTED, "protocolVersion": "v2"}, {"protocolVersions": []}, True),
])  # fmt: skip
def test_whether_a_runtime_is_selected(model: Object, spec: Object, is_taken: bool) -> None:
    assert found(model, offered("r", **spec)) == ("r" if is_taken else None)


def test_a_runtime_without_a_spec_is_passed_over() -> None:
    assert found(WANTED, {"kind": "ClusterServingRuntime", "metadata": {"name": "r"}, "spec": "odd"}) is None


def test_one_with_workers_is_for_several_nodes_only() -> None:
    both = offered("nodes", workerSpec={}), offered("single")
    assert (found(WANTED, *both), found(WANTED, *both, nodes=True)) == ("single", "nodes")


@pytest.mark.parametrize(("first", "second"), [
    (formats({"priority": 2}), formats({"priority": 1})),
    (formats({"priority": 0}), formats({})),
    # The first entry of that name has the priority that counts.
    (formats({"priority": 2, "version": "9"}, {"priority": 0}), formats({"priority": 1})),
    ({"protocolVersions": ["v1", "v2"]}, {"protocolVersions": []}),
    ({**formats({"priority": 1}), "protocolVersions": []}, {**formats({}), "protocolVersions": ["v1"]}),
])  # fmt: skip
def test_which_of_two_is_selected(first: Object, second: Object) -> None:
    """The one that is called last by its name, so that no name decides."""
    assert found(VERSION, offered("a", **second), offered("z", **first)) == "z"


def test_of_equal_ones_the_first_by_name() -> None:
    assert found(WANTED, offered("b"), offered("a"), offered("c")) == "a"


def test_the_lowest_protocol_counts() -> None:
    lower, higher = offered("z", protocolVersions=["grpc-v2", "v2"]), offered("a", protocolVersions=["grpc-v1", "grpc-v2"])
    assert found({**WANTED, "protocolVersion": "grpc-v2"}, lower, higher) == "z"


def test_one_of_the_namespace_comes_before_a_better_one_of_the_cluster() -> None:
    better, own = offered("better", **formats({"priority": 9})), offered("own", "ns")
    assert found(WANTED, better, own, offered("other", "other")) == "own"
    assert found(WANTED, offered("a-other", "other"), offered("zz-other", "zz")) is None


def test_a_runtime_is_named() -> None:
    cluster, own, other = offered("r"), offered("r", "ns"), offered("r", "other")
    assert runtime.find({"runtime": "r"}, "ns", ClusterContext.of([cluster, own, other])) == own
    assert runtime.find({"runtime": "r"}, "ns", ClusterContext.of([cluster, other])) == cluster
    assert runtime.find({"runtime": "r"}, "ns", ClusterContext.of([other])) is None
    assert found({**WANTED, "runtime": "none"}, offered("r")) is None, "none is selected then"
    assert found({**WANTED, "runtime": ""}, offered("r")) == "r"


def test_one_of_an_assumed_release_comes_last() -> None:
    assumed = Released(offered("a", **formats({"priority": 9})), "0.17", assumed=True)
    said = Released(offered("a"), "0.17")
    own = offered("z")
    context = ClusterContext(runtimes={("", "a"): assumed, ("", "z"): own})
    assert runtime.find(WANTED, "ns", context) == own
    assert runtime.find(WANTED, "ns", ClusterContext(runtimes={("", "a"): said, ("", "z"): own})) == said


ROUTE: Route = ("spec", "predictor", "model")


@pytest.mark.parametrize(("part", "replaced", "found"), [
    ((), set(), ["kserve-container<h/p/main:1>", "side<h/p/side:1>", "<h/p/plain:1>", "<h/p/data:1>"]),
    ((), {"kserve-container"}, ["side<h/p/side:1>", "<h/p/plain:1>", "<h/p/data:1>"]),
    (("workerSpec",), set(), ["worker-container<h/p/worker:1>", "<h/p/more:1>"]),
    (("workerSpec",), {"worker-container"}, ["<h/p/more:1>"]),
    (("none",), set(), []),
])  # fmt: skip
def test_the_images_that_a_runtime_brings(part: Route, replaced: set[str], found: list[str]) -> None:
    """Each changed by its container's name; of a worker's containers one becomes a pod's, its volumes do all the same."""
    nodes = {
        "containers": [{"name": "aside", "image": "h/p/aside:1"}, {"name": "worker-container", "image": "h/p/worker:1"},
                       {"name": "zside", "image": "h/p/zside:1"}],
        "volumes": [{"name": "v", "image": {"reference": "h/p/more:1"}}],
    }  # fmt: skip
    one = offered(
        "r", workerSpec=nodes,
        containers=[{"name": "kserve-container", "image": "h/p/main:1"}, {"name": "side", "image": "h/p/side:1"},
                    {"image": "h/p/plain:1"}],
        volumes=[{"image": {"reference": "h/p/data:1"}}],
    )  # fmt: skip
    images = [*runtime.images(one, part, replaced, ROUTE, lambda name, image: f"{name}<{image}>")]
    assert [image.reference for image in images] == found
    assert {(image.route, image.owner) for image in images} <= {(ROUTE, "ClusterServingRuntime/r")}


def test_a_runtime_s_own_lists() -> None:
    one = offered("r", imagePullSecrets=[{"name": "a"}], workerSpec={"imagePullSecrets": [{"name": "b"}]})
    assert (runtime.secrets(one), runtime.secrets(one, ("workerSpec",)), runtime.secrets({})) == (("a",), ("b",), ())
    assert runtime.described(offered("r", "ns")) == "ServingRuntime/r"


@pytest.mark.parametrize(("own", "below", "united"), [
    (("a", "b"), ("r1", "r2", "b", "r3"), ("a", "r1", "r2", "b", "r3")),
    (("b", "a"), ("a", "b", "r"), ("b", "a", "r")),
    (("s", "t"), ("r", "t", "q", "s"), ("r", "q", "s", "t")),
])  # fmt: skip
def test_two_lists_become_one(own: tuple[str, ...], below: tuple[str, ...], united: tuple[str, ...]) -> None:
    assert runtime.united(own, below) == united


GPU: Object = {"resources": {"limits": {"nvidia.com/gpu": 1}}}


def server(kind: str, limits: Object | None = None, container: str = "kserve-container") -> Object:
    """A runtime of a kind of server, whose container has these limits."""
    annotations = {"serving.kserve.io/server-type": kind} if kind else {}
    containers = [{"name": container, "resources": {"limits": limits or {}}}, "odd"]
    return {"metadata": {"name": "r", "annotations": annotations}, "spec": {"containers": containers}}


@pytest.mark.parametrize(("image", "one", "model", "made"), [
    ("h/p/s:1", server("torchserve"), GPU, "h/p/s:1-gpu"),
    ("h/p/s:1", server("torchserve"), {}, "h/p/s:1"),
    ("h/p/s:1-gpu", server("torchserve"), GPU, "h/p/s:1-gpu"),
    ("h/p/s:1", server("huggingfaceserver"), GPU, "h/p/s:1-gpu"),
    ("h/p/s:1", server("tensorflow-serving", {"nvidia.com/mig-1g.5gb": 1}), {}, "h/p/s:1-gpu"),
    ("h/p/s:1", server("torchserve", {"nvidia.com/gpu": 1}, "other"), {}, "h/p/s:1"),
    ("h/p/s:1", server("torchserve", {"amd.com/gpu": 1}), {}, "h/p/s:1"),
    ("h/p/s:1", server("vllmserver"), {}, "h/p/s-cpu:1"),
    ("h/p/s:1", server("vllmserver"), GPU, "h/p/s:1"),
    ("h/p/s-cpu:1", server("vllmserver"), {}, "h/p/s-cpu:1"),
    ("h/p/s:1", server("zother"), {}, "h/p/s:1"),
    ("h/p/s:1", server("other"), GPU, "h/p/s:1"),
    ("h/p/s", server("vllmserver"), {}, "h/p/s"),
    ("h:5000/p/s", server("torchserve"), GPU, "h:5000/p/s"),
    ("h/p/s:1", None, GPU, "h/p/s:1"),
    ("h/p/s:1", server("torchserve"), {**GPU, "runtimeVersion": "2"}, "h/p/s:2"),
    ("h:5000/p/s", None, {"runtimeVersion": "2"}, "h:5000/p/s:2"),
    (f"h/p/s:1{DIGEST}", server("torchserve"), {**GPU, "runtimeVersion": "2"}, f"h/p/s:1{DIGEST}"),
    ("h/p/{{.Name}}:1", server("torchserve"), GPU, "h/p/svc:1-gpu"),
])  # fmt: skip
def test_the_image_of_the_container_that_serves(image: str, one: Object | None, model: Object, made: str) -> None:
    assert runtime.edited(image, one, model, {"name": "svc"}) == made


def test_kserve_knows_its_own_runtimes_by_name_unless_they_are_annotated() -> None:
    named = {"metadata": {"name": "kserve-torchserve"}}
    assert runtime.edited("h/p/s:1", named, GPU, {}) == "h/p/s:1-gpu"
    annotated = {"metadata": {"name": "kserve-torchserve", "annotations": {"serving.kserve.io/server-type": "vllmserver"}}}
    assert runtime.edited("h/p/s:1", annotated, {}, {}) == "h/p/s-cpu:1"


@pytest.mark.parametrize(("image", "filled", "only_kserve_s"), [
    ("h/{{.Namespace}}/{{ .Name }}:1", "h/ns/svc:1", True),
    ("h/p/s:{{.Labels.version}}", "h/p/s:7", True),
    ("h/p/s:{{.Annotations.none}}", "h/p/s:", True),
    ("h/p/s:{{.Labels}}", "h/p/s:{{.Labels}}", False),
    ("h/p/${NAME}:{{.Name}}", "h/p/${NAME}:svc", False),
    ("h/p/s:1", "h/p/s:1", True),
])  # fmt: skip
def test_placeholders(image: str, filled: str, only_kserve_s: bool) -> None:
    metadata = {"name": "svc", "namespace": "ns", "labels": {"version": "7"}}
    assert runtime.filled(image, metadata) == filled
    assert runtime.has_placeholders_only(image) is only_kserve_s


def test_an_image_keeps_its_owner() -> None:
    one = offered("r", "ns", containers=[{"name": "c", "image": "h/p/c:1"}])
    [image] = runtime.images(one, (), set(), ROUTE, lambda _, image: image)
    assert image == Image("h/p/c:1", ROUTE, "runtime", "ServingRuntime/r")
