"""The layers of an LLM service: presets below, bases above them, its own spec on top; and what of them is not given."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.llmconfig import Layer, Layers, layers
from mooring.kserve.model import ClusterContext, Released
from mooring.problems.position import Route

Object = dict[str, Any]


def config(name: str, namespace: str = "kserve", **spec: Any) -> Object:
    return {"kind": "LLMInferenceServiceConfig", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def layered(spec: Any, *configs: Object, kind: str = "LLMInferenceService") -> Layers:
    data = {"kind": kind, "metadata": {"name": "chat", "namespace": "ns"}, "spec": spec}
    return layers(data, ClusterContext.of(configs))


def based(*names: str) -> Object:
    return {"baseRefs": [{"name": name} for name in names]}


PRESET = "kserve-config-llm-"
NODES = {"worker": {}, "parallelism": {"data": 2}}
POOL = {"pool": {"ref": {"name": "theirs"}}}
LATENCY = {"config": {"inline": {"plugins": [{"type": "other"}, {"type": "predicted-latency-producer"}]}}}


@pytest.mark.parametrize(("spec", "absent"), [
    ({}, {"template": ["template"]}),
    ({"worker": {}}, {}),
    (NODES, {"template": ["worker-data-parallel"]}),
    ({"worker": {}, "parallelism": {"dataLocal": 1}}, {"template": ["worker-data-parallel"]}),
    ({"worker": {}, "parallelism": {"pipeline": 1}}, {"template": ["worker-pipeline-parallel"]}),
    ({"worker": {}, "parallelism": {"data": 1, "pipeline": 1}}, {"template": ["worker-data-parallel"]}),
    ({"worker": {}, "parallelism": {"data": 0, "pipeline": "2"}}, {}),
    ({"prefill": {}}, {"prefill": ["prefill-template"], "template": ["decode-template"]}),
    ({"prefill": NODES, **NODES},
     {"prefill": ["prefill-worker-data-parallel"], "template": ["decode-worker-data-parallel"]}),
    ({"prefill": "odd"}, {"template": ["template"]}),
    ({"router": {"scheduler": {}}}, {"router": ["scheduler"], "template": ["template"]}),
    ({"router": {"scheduler": "odd"}}, {"template": ["template"]}),
    ({"router": {"scheduler": POOL}}, {"template": ["template"]}),
    ({"router": {"scheduler": LATENCY}}, {"router": ["scheduler", "scheduler-latency-predictor"], "template": ["template"]}),
    ({"router": {"scheduler": {**POOL, "config": {"inline": {"plugins": [{"type": "decode-filter"}, {}]}}}}},
     {"template": ["template"]}),
    ({"router": {"scheduler": {**POOL, **LATENCY}}}, {"router": ["scheduler-latency-predictor"], "template": ["template"]}),
    # These hold no pod spec as KServe ships them: they are not missed.
    ({"router": {"route": {}}, "tracing": {}}, {"template": ["template"]}),
])  # fmt: skip
def test_the_presets_that_are_missing(spec: Object, absent: dict[str, list[str]]) -> None:
    expected = {part: [f"preset `{PRESET}{name}`" for name in names] for part, names in absent.items()}
    assert layered(spec).absent == expected


@pytest.mark.parametrize(("route", "is_taken"), [
    ({}, True), ({"http": {"refs": []}}, True), ({"http": {"refs": [1]}}, False),
])  # fmt: skip
def test_the_preset_of_a_route(route: Object, is_taken: bool) -> None:
    found = layered({"router": {"route": route}}, config(f"{PRESET}router-route")).all
    assert [layer.owner for layer in found[:-1]] == ([f"LLMInferenceServiceConfig/{PRESET}router-route"] if is_taken else [])


def test_the_order_and_the_places_of_the_layers() -> None:
    found = layered(based("low", "none", "high"), config("high", a=1), config("low", b=1), config(f"{PRESET}template", c=1))
    assert found.all == [
        Layer({"c": 1}, ("spec",), f"LLMInferenceServiceConfig/{PRESET}template", "platform"),
        Layer({"b": 1}, ("spec", "baseRefs", 0), "LLMInferenceServiceConfig/low", "runtime"),
        Layer({"a": 1}, ("spec", "baseRefs", 2), "LLMInferenceServiceConfig/high", "runtime"),
        Layer(based("low", "none", "high"), ("spec",)),
    ]
    assert found.absent == {"": ["base `none`"]}


def test_a_base_decides_over_the_presets_before_the_service() -> None:
    found = layered({**based("base"), "prefill": "odd"}, config("base", prefill={}))
    assert sorted(found.absent) == ["prefill", "template"]


def test_a_config_has_itself_alone() -> None:
    spec = {**based("low"), "prefill": {}}
    assert layered(spec, config("low"), kind="LLMInferenceServiceConfig").all == [Layer(spec, ("spec",))]


@pytest.mark.parametrize("spec", [
    None, "odd", [], {"baseRefs": "odd"}, {"baseRefs": ["odd", {"name": ""}, {"name": 7}, {}]},
])  # fmt: skip
def test_a_malformed_spec_asks_for_no_base(spec: Any) -> None:
    found = layered(spec)
    assert [layer.spec for layer in found.all] == [spec if isinstance(spec, dict) else {}]
    assert set(found.absent) <= {"template", ""} and found.absent["template"] == [f"preset `{PRESET}template`"]


def test_where_a_base_is_looked_for() -> None:
    own, system, nowhere = config("base", "ns", v=1), config("base", "kserve", v=2), config("base", "", v=3)
    released = Released(config("base", "ns", v=5), "0.17")
    elsewhere = config("base", "x", v=4)
    for given, taken in (((nowhere, system, own), 1), ((nowhere, system), 2), ((nowhere,), 3), ((elsewhere,), None)):
        found = layered(based("base"), *given)
        assert [layer.spec.get("v") for layer in found.all[:-1]] == ([taken] if taken else [])
    context = ClusterContext(configs={("ns", "base"): released, ("kserve", "base"): system})
    data = {"kind": "LLMInferenceService", "metadata": {"name": "chat", "namespace": "ns"}, "spec": based("base")}
    assert layers(data, context).all[0].spec == {"v": 2}, "what somebody gave comes before what a release has"


def test_what_counts_at_a_path() -> None:
    low = Layer({"a": {"b": "low", "c": "low", "d": 0}, "e": "low"}, ("spec",), "low")
    high = Layer({"a": {"b": "high", "c": "", "d": 0}, "e": []}, ("spec",), "high")
    found = Layers({}, [low, high])
    assert found.top(("a", "b")) == (high, "high")
    assert found.top(("a", "c")) == (low, "low")
    assert found.top(("a", "d")) == (high, 0)
    assert found.top(("e",)) == (low, "low")
    assert found.top(("none",)) == (None, None)
    assert found.merged == {"a": {"b": "high", "c": "low", "d": 0}, "e": "low"}


HERE: Route = ("spec",)


def test_images_merge_by_list_and_name() -> None:
    below = {"containers": [{"name": "main", "image": "h/p/low:1"}, {"image": "h/p/second:1"}],
             "volumes": [{"name": "main", "image": {"reference": "h/p/data:1"}}, {"name": "none"}]}  # fmt: skip
    above = {"containers": [{"name": "main", "image": "h/{{.ObjectMeta.Namespace}}/high:1"}, {"name": "empty"}]}
    base = Layer({"template": below}, ("spec", "baseRefs", 0), "LLMInferenceServiceConfig/b", "runtime")
    own = Layer({"template": above, "worker": {"containers": [{"name": "w", "image": "h/p/w:1"}]}}, ("spec",))
    found = Layers({"namespace": "ns"}, [base, own])
    assert [(key, one.reference, one.route, one.origin) for key, one in found.images(("template",)).items()] == [
        (("containers", "main"), "h/ns/high:1", (*HERE, "template", "containers", 0, "image"), "spec"),
        (("containers", "1"), "h/p/second:1", ("spec", "baseRefs", 0), "runtime"),
        (("volumes", "main"), "h/p/data:1", ("spec", "baseRefs", 0), "volume"),
    ]
    assert [one.origin for one in found.images(("worker",)).values()] == ["spec"]
    assert found.specs(("none",)) == []
    assert found.specs(("worker",)) == [(own, own.spec["worker"])]


def test_the_highest_list_comes_first() -> None:
    def layer(*names: str) -> Layer:
        return Layer({"template": {"imagePullSecrets": [{"name": name} for name in names]}}, HERE)

    assert Layers({}, [layer("a", "b"), layer("c"), layer("d", "a")]).secrets(("template",)) == ("d", "c", "a", "b")


def test_what_is_unknown_of_a_part() -> None:
    found = Layers({}, [], {"": ["base `b`"], "template": ["preset `t`"]})
    assert found.unknown("prefill") is None
    for parts, text in (
        (("template",), "preset `t` is not among the files given"),
        (("", "template"), "base `b` and preset `t` are not among the files given"),
    ):
        unknown = found.unknown(*parts)
        assert unknown is not None and (unknown.reason, unknown.text) == ("base", text)
