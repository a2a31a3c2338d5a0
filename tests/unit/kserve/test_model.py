"""What else of a cluster counts for an object's pods, and which of two such contexts comes first."""

from __future__ import annotations

from typing import Any

from mooring.kserve.model import ClusterContext
from mooring.kserve.platform import Settings


def thing(kind: str, name: str, namespace: str | None = None, **more: Any) -> dict[str, Any]:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"kind": kind, "metadata": metadata, **more}


def test_what_of_the_objects_counts() -> None:
    own, cluster = thing("ServingRuntime", "r", "ns"), thing("ClusterServingRuntime", "r", "ns")
    config, pod = thing("LLMInferenceServiceConfig", "c", "ns"), thing("Pod", "p", "ns")
    late, early = thing("ClusterStorageContainer", "z"), thing("ClusterStorageContainer", "a")
    data = {"agent": '{"image": "h/p/agent:2"}'}
    settings = thing("ConfigMap", "inferenceservice-config", "kserve", data=data)
    found = ClusterContext.of(
        [own, cluster, config, pod, late, early, settings], platform_images={"agent": "h/p/agent:1", "router": "h/p/r:1"}
    )
    assert found.runtimes == {("ns", "r"): own, ("", "r"): cluster}
    assert found.configs == {("ns", "c"): config}
    assert found.storage == (early, late)
    assert found.settings == Settings({"agent": "h/p/agent:2"}, (), "")
    assert found.platform == {"agent": "h/p/agent:2", "router": "h/p/r:1"}, "the cluster's own settings come first"
    assert ClusterContext.of([pod]) == ClusterContext()


def test_what_is_said_first_counts_and_the_other_fills_in() -> None:
    mine = ClusterContext(
        runtimes={("", "a"): {"v": 1}}, platform={"agent": "h/p/agent:1"}, configs={("", "c"): {"v": 1}},
        settings=Settings({}, ("mine",), ""), storage=({"v": 1},), release="0.15", mode="Standard",
    )  # fmt: skip
    theirs = ClusterContext(
        runtimes={("", "a"): {"v": 2}, ("", "b"): {"v": 2}}, platform={"agent": "h/p/agent:2", "router": "h/p/r:2"},
        configs={("", "c"): {"v": 2}, ("", "d"): {"v": 2}}, settings=Settings({}, ("theirs",), ""), storage=({"v": 2},),
        release="0.17", mode="Knative",
    )  # fmt: skip
    both = mine.beside(theirs)
    assert both.runtimes == {("", "a"): {"v": 1}, ("", "b"): {"v": 2}}
    assert both.platform == {"agent": "h/p/agent:1", "router": "h/p/r:2"}
    assert both.configs == {("", "c"): {"v": 1}, ("", "d"): {"v": 2}}
    assert (both.settings, both.storage, both.release, both.mode) == (mine.settings, mine.storage, "0.15", "Standard")
    assert ClusterContext().beside(theirs) == theirs.beside(ClusterContext()) == theirs
