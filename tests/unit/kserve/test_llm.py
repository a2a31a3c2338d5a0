"""An LLM service's pods: what of presets and bases is in them, one rule at a time; the oracle shows that it is so."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.model import ClusterContext, Pod
from mooring.kserve.pods import pods
from mooring.schema.catalog import Catalog

Object = dict[str, Any]
STORAGE = {"storageInitializer": "h/p/fetch:1"}
NODES: Object = {"parallelism": {"data": 2}}


def config(name: str, namespace: str = "kserve", **spec: Any) -> Object:
    metadata = {"name": name, "namespace": namespace}
    return {"kind": "LLMInferenceServiceConfig", "metadata": metadata, "spec": spec}


def preset(suffix: str, **spec: Any) -> Object:
    return config(f"kserve-config-llm-{suffix}", **spec)


def pod(image: str = "", *secrets: str, name: str = "main", **more: Any) -> Object:
    """A pod spec with one container."""
    spec: Object = {"containers": [{"name": name, **({"image": image} if image else {})}], **more}
    return {**spec, "imagePullSecrets": [{"name": one} for one in secrets]} if secrets else spec


def made(spec: Object, *configs: Object, uri: str = "pvc://claim") -> dict[str, Pod]:
    info = Catalog().kind("serving.kserve.io/v1alpha2", "LLMInferenceService")
    assert info is not None
    whole = {"model": {"uri": uri}, **spec}
    data = {"kind": info.kind, "metadata": {"name": "chat", "namespace": "ns"}, "spec": whole}
    context = ClusterContext.of([preset("template"), preset("scheduler"), *configs], platform_images=STORAGE)
    return {found.component: found for found in pods(data, info, context)}


def images(found: Pod) -> list[str]:
    return [image.reference for image in found.images]


def based(*names: str) -> Object:
    return {"baseRefs": [{"name": name} for name in names]}


def test_a_base_is_merged_under_the_service_and_over_the_preset() -> None:
    service = {**based("low", "high"), "template": pod("", "own", "shared")}
    low = config("low", template=pod("h/p/low:1", "low", "shared"))
    high = config("high", template=pod("h/p/high:1", "high"))
    [template] = made(service, preset("template", template=pod("h/p/preset:1", "preset")), low, high).values()
    assert [(one.reference, one.owner, one.origin, one.route) for one in template.images] == [
        ("h/p/high:1", "LLMInferenceServiceConfig/high", "runtime", ("spec", "baseRefs", 1)),
    ]
    assert template.secrets == ("own", "high", "low", "shared", "preset")
    assert template.route == ("spec", "template") and not template.unknown


def test_a_template_may_come_from_a_base_alone() -> None:
    [template] = made(based("base"), config("base", template=pod("h/p/base:1", "base"))).values()
    assert (images(template), template.secrets, template.route) == (["h/p/base:1"], ("base",), None)


def test_a_base_is_looked_for_beside_the_service_first() -> None:
    both = config("base", template=pod("h/p/kserve:1")), config("base", "ns", template=pod("h/p/mine:1"))
    other = config("base", "other", template=pod("h/p/other:1"))
    assert images(made(based("base"), *both, other)["template"]) == ["h/p/mine:1"]
    assert images(made(based("base"), both[0], other)["template"]) == ["h/p/kserve:1"]
    assert made(based("base"), other)["template"].unknown == ("base", "base `base` is not among the files given")


def test_images_of_a_config_may_name_the_service() -> None:
    base = config("base", template=pod("h/{{ .ObjectMeta.Namespace }}/{{.Name}}:1"))
    assert images(made(based("base"), base)["template"]) == ["h/ns/chat:1"]


@pytest.mark.parametrize(
    ("spec", "suffixes"),
    [
        ({}, ["template"]),
        ({"worker": {}, **NODES}, ["worker-data-parallel"]),
        ({"worker": {}, "parallelism": {"pipeline": 2}}, ["worker-pipeline-parallel"]),
        ({"prefill": {}}, ["prefill-template", "decode-template"]),
        ({"prefill": {"worker": {}, **NODES}}, ["prefill-worker-data-parallel", "decode-template"]),
        ({"prefill": {}, "worker": {}, **NODES}, ["prefill-template", "decode-worker-data-parallel"]),
        ({"router": {"scheduler": {}}}, ["scheduler", "template"]),
        ({"router": {"scheduler": {"pool": {"ref": {"name": "theirs"}}}}}, ["template"]),
        (
            {"router": {"scheduler": {"config": {"inline": {"plugins": [{"type": "predicted-latency-producer"}]}}}}},
            ["scheduler", "scheduler-latency-predictor", "template"],
        ),
    ],
)
def test_the_presets_that_apply(spec: Object, suffixes: list[str]) -> None:
    """Each is said where it is not at hand, and merged where it is."""
    info = Catalog().kind("serving.kserve.io/v1alpha2", "LLMInferenceService")
    assert info is not None
    whole = {"model": {"uri": "pvc://claim"}, **spec}
    data = {"kind": info.kind, "metadata": {"name": "chat", "namespace": "ns"}, "spec": whole}
    said = " ".join(found.unknown.text for found in pods(data, info, ClusterContext()) if found.unknown is not None)
    assert sorted(said.split("`")[1::2]) == sorted(f"kserve-config-llm-{suffix}" for suffix in suffixes)
    known = [preset(suffix) for suffix in suffixes]
    assert not any(found.unknown and "`" in found.unknown.text for found in pods(data, info, ClusterContext.of(known)))


def test_a_base_decides_which_presets_apply() -> None:
    base = config("base", prefill={}, router={"scheduler": {}})
    found = made(based("base"), base, preset("prefill-template", prefill={"template": pod("h/p/prefill:1")}),
                 preset("decode-template", template=pod("h/p/decode:1")),
                 preset("scheduler", router={"scheduler": {"template": pod("h/p/epp:1", "epp")}}))  # fmt: skip
    assert {name: images(one) for name, one in found.items()} == {
        "prefill": ["h/p/prefill:1"], "template": ["h/p/decode:1"], "scheduler": ["h/p/epp:1"],
    }  # fmt: skip
    assert found["scheduler"].secrets == ("epp",)


@pytest.mark.parametrize(
    ("uri", "more", "brought"),
    [
        ("hf://org/model", {}, ["h/p/fetch:1"]),
        ("s3://models/a", {}, ["h/p/fetch:1"]),
        ("pvc://claim/a", {}, []),
        ("oci://h/p/model:1", {}, ["oci://h/p/model:1"]),
        ("hf://org/model", {"storageInitializer": {"enabled": False}}, []),
        ("oci://h/p/model:1", {"storageInitializer": {"enabled": False}}, []),
        ("pvc://claim/a", {"adapters": ["hf://org/lora"]}, ["h/p/fetch:1"]),
        ("pvc://claim/a", {"adapters": ["pvc://claim/lora"]}, []),
        ("hf://org/model", {"adapters": ["s3://models/lora"]}, ["h/p/fetch:1"]),
    ],
)
def test_what_brings_the_model(uri: str, more: Object, brought: list[str]) -> None:
    adapters = [{"name": "one", "uri": one} for one in more.pop("adapters", ())]
    spec = {"template": pod("h/p/own:1"), "model": {"uri": uri, "lora": {"adapters": adapters}}, **more}
    assert images(made(spec)["template"]) == ["h/p/own:1", *brought]


@pytest.mark.parametrize(
    ("uri", "kept"),
    [("hf://org/model", True), ("pvc://claim", False), ("oci://h/p/m:1", False), ("oci+native://h/p/m:1", True)],
)
def test_a_storage_initializer_of_ones_own(uri: str, kept: bool) -> None:
    """A base's goes where nothing is fetched, one of the service itself counts all the same."""
    own = pod("h/p/own:1", initContainers=[{"name": "storage-initializer", "image": "h/p/mine:1"}])
    found = images(made(based("base"), config("base", template=own), uri=uri)["template"])
    assert "h/p/fetch:1" not in found and ("h/p/mine:1" in found) == kept
    assert "h/p/mine:1" in images(made({"template": own}, uri=uri)["template"])


def test_a_scheduler_holds_the_model_where_it_has_a_tokenizer() -> None:
    for name, brought in (("tokenizer", ["h/p/fetch:1"]), ("main", [])):
        spec = {"router": {"scheduler": {"template": pod("h/p/epp:1", name=name)}}}
        assert images(made(spec, uri="hf://org/model")["scheduler"]) == ["h/p/epp:1", *brought]


@pytest.mark.parametrize(
    ("scheduler", "kept"),
    [
        ({}, False),
        ({"annotations": {"app.kubernetes.io/version": "0.8.1"}}, True),
        ({"annotations": {}}, True),
        ({"config": {"inline": {"plugins": [{"type": "queue-scorer"}]}}}, False),
        ({"config": {"inline": {"plugins": [{"type": "max-score-picker"}, {"name": "without a type"}]}}}, False),
        ({"config": {"inline": {"plugins": [{"type": "precise-prefix-cache-scorer"}]}}}, True),
        ({"config": {"inline": {}}}, True),
        ({"config": {"ref": {"name": "elsewhere"}}}, True),
        ({"template": {"containers": [{"name": "main", "args": ["--config-text", "plugins: []"]}]}}, True),
    ],
)
def test_a_tokenizer_that_no_plugin_asks_for_goes(scheduler: Object, kept: bool) -> None:
    """What fetched its model stays."""
    base: Object = {"annotations": {"app.kubernetes.io/version": "0.9.0"}, "template": pod("h/p/tok:1", name="tokenizer")}
    if scheduler.get("annotations") == {}:
        base.pop("annotations")
    found = made({"router": {"scheduler": scheduler}}, preset("scheduler", router={"scheduler": base}), uri="s3://m")
    assert images(found["scheduler"]) == [*(["h/p/tok:1"] if kept else []), "h/p/fetch:1"]


def test_a_scheduler_of_somebody_elses_is_no_pod() -> None:
    """One that the service writes all the same counts."""
    base = config("base", router={"scheduler": {"template": pod("h/p/epp:1")}})
    spec = {**based("base"), "template": pod("h/p/own:1")}
    assert list(made({**spec, "router": {"scheduler": {"pool": {"ref": {"name": "theirs"}}}}}, base)) == ["template"]
    own = {"pool": {"ref": {"name": "theirs"}}, "template": pod("h/p/epp:1")}
    assert list(made({**spec, "router": {"scheduler": own}}, base)) == ["scheduler", "template"]


SIDECAR: Object = {"initContainers": [{"name": "llm-d-routing-sidecar", "image": "h/p/sidecar:1"}]}


@pytest.mark.parametrize(
    ("spec", "accounts"),
    [
        ({"template": pod()}, {"template": None}),
        ({"template": pod(serviceAccountName="mine")}, {"template": "mine"}),
        # KServe makes it, with the list of `default`
        ({"template": pod(serviceAccountName="chat-kserve", **SIDECAR)}, {"template": None}),
        ({"template": pod(serviceAccountName="chat-kserve")}, {"template": "chat-kserve"}),
        ({"template": pod(serviceAccountName="a", **SIDECAR)}, {"template": "a"}),
        # leader and workers have one, the leader's first
        ({"template": pod(), "worker": pod(serviceAccountName="w"), **NODES}, {"template": "w", "worker": "w"}),
        (
            {"template": pod(serviceAccountName="t"), "worker": pod(serviceAccountName="w"), **NODES},
            {"template": "t", "worker": "t"},
        ),
        ({"worker": pod(serviceAccountName="chat-kserve-mn"), **NODES}, {"worker": None}),
        (
            {"template": pod(), "prefill": {"template": pod(), "worker": pod(serviceAccountName="p"), **NODES}},
            {"template": None, "prefill": "p", "prefill:worker": "p"},
        ),
        # a scheduler's account has the list of the template's
        (
            {"template": pod(serviceAccountName="t"), "router": {"scheduler": {"template": pod()}}},
            {"template": "t", "scheduler": "t"},
        ),
        (
            {"template": pod(), "router": {"scheduler": {"template": pod(serviceAccountName="chat-epp-sa")}}},
            {"template": None, "scheduler": None},
        ),
        (
            {"template": pod(), "router": {"scheduler": {"template": pod(serviceAccountName="s")}}},
            {"template": None, "scheduler": "s"},
        ),
    ],
)
def test_the_account_of_each_pod(spec: Object, accounts: dict[str, str | None]) -> None:
    found = made(spec)
    assert {name: found[name].service_account for name in accounts} == accounts


def test_a_pod_s_secrets_are_found_where_the_service_writes_them() -> None:
    own = {"template": pod(imagePullSecrets=[{"name": "a"}, {"name": "b"}])}
    places = made(own)["template"].references
    assert places == {name: ("spec", "template", "imagePullSecrets", at) for at, name in enumerate("ab")}
    assert made({}, preset("template", **own))["template"].references == {}


def test_malformed_configs_are_passed_over() -> None:
    odd: list[Any] = [
        config("base", template=[]), {"kind": "LLMInferenceServiceConfig", "metadata": {"name": "odd"}, "spec": []},
        preset("template", template={"containers": {"main": 1}, "volumes": [1], "imagePullSecrets": "x"}, parallelism=3),
    ]  # fmt: skip
    spec: Object = {
        "baseRefs": [{"name": "base"}, {"name": "odd"}, {"name": 7}, "x"],
        "router": 3,
        "prefill": [],
        "worker": 1,
    }
    assert [(one.images, one.unknown) for one in made(spec, *odd).values()] == [((), None)]


def test_the_service_s_own_word_counts_over_a_base_s() -> None:
    model = {"uri": "oci://h/p/base:1"}
    base = config("base", model=model, template=pod("h/p/base:2", serviceAccountName="theirs"))
    [template] = made({**based("base"), "template": pod(serviceAccountName="mine")}, base, uri="oci://h/p/own:1").values()
    assert (template.service_account, images(template)) == ("mine", ["h/p/base:2", "oci://h/p/own:1"])
    [template] = made({**based("base"), "model": {}}, base).values()
    assert (template.service_account, images(template)) == ("theirs", ["h/p/base:2", "oci://h/p/base:1"])
    assert template.images[1].route == ("spec", "baseRefs", 0)


def test_adapters_are_fetched_where_the_template_itself_is_not_given() -> None:
    """The pod that a preset would bring, whose text is not at hand, is known to fetch them."""
    model = {"uri": "pvc://claim", "lora": {"adapters": [{"uri": "s3://bucket/a"}]}}
    found = made({"model": model})["template"]
    assert found.route is None and found.unknown is not None
    assert images(found) == ["h/p/fetch:1"]


def test_a_part_that_its_preset_would_bring_has_the_model_and_the_scheduler_has_none() -> None:
    spec: Object = {"template": pod("h/p/a:1"), "prefill": {}, "router": {"scheduler": {}}}
    info = Catalog().kind("serving.kserve.io/v1alpha2", "LLMInferenceService")
    assert info is not None
    data = {
        "kind": info.kind,
        "metadata": {"name": "c", "namespace": "n"},
        "spec": {"model": {"uri": "oci://h/p/m:1"}, **spec},
    }
    found = {one.component: images(one) for one in pods(data, info, ClusterContext())}
    assert found == {"template": ["h/p/a:1", "oci://h/p/m:1"], "prefill": ["oci://h/p/m:1"], "scheduler": []}
