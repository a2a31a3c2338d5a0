"""What KServe's webhook refuses of an object that its schema lets through, each at the field that is to be changed."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.webhook import refusals
from mooring.problems.position import Route
from mooring.schema.catalog import Catalog

Object = dict[str, Any]
P: Route = ("spec", "predictor")
SERVING = {"name": "kserve-container", "image": "h/p/s:1"}


def refused(kind: tuple[str, str], data: Object) -> list[tuple[str, Route]]:
    """The beginning of what is said, and where."""
    info = Catalog().kind(*kind)
    assert info is not None
    return [(message, route) for message, route, _ in refusals({"apiVersion": kind[0], "kind": kind[1], **data}, info)]


def service(spec: Object, name: str = "svc", mode: str = "Standard") -> list[tuple[str, Route]]:
    annotations = {"serving.kserve.io/deploymentMode": mode}
    return refused(
        ("serving.kserve.io/v1beta1", "InferenceService"),
        {"metadata": {"name": name, "annotations": annotations}, "spec": spec},
    )


@pytest.mark.parametrize(("name", "is_refused"), [
    ("a", False), ("a1", False), ("a-1", False), ("1a", True), ("A", True), ("a-", True), ("a.b", True), ("", True),
])  # fmt: skip
def test_the_name_of_a_service(name: str, is_refused: bool) -> None:
    found = service({"predictor": {"model": {}}}, name)
    assert found == ([(f"KServe refuses the name `{name}`", ("metadata", "name"))] if is_refused else [])


@pytest.mark.parametrize("kind", [
    ("serving.kserve.io/v1alpha1", "ServingRuntime"), ("serving.kserve.io/v1alpha1", "InferenceGraph"),
])  # fmt: skip
def test_what_is_refused_of_a_service_is_refused_of_no_other_kind(kind: tuple[str, str]) -> None:
    assert refused(kind, {"metadata": {"name": "1a"}, "spec": {}}) == []


@pytest.mark.parametrize(("predictor", "found"), [
    ({"model": {}}, []),
    ({"containers": [SERVING]}, []),
    ({"model": {}, "containers": [{"name": "side", "image": "h/p/side:1"}]}, []),
    ({}, [("the predictor has neither a `model` nor containers", P)]),
    ({"containers": []}, [("the predictor has neither a `model` nor containers", P)]),
    ({"containers": "odd"}, [("the predictor has neither a `model` nor containers", P)]),
    ({"model": {}, "sklearn": {}},
     [("a predictor has one implementation, and `model` stands beside `sklearn`", (*P, "sklearn"))]),
    ({"model": {}, "sklearn": "odd"}, []),
    ({"sklearn": {}, "containers": ["odd", {"name": "side", "image": "i"}, SERVING]},
     [("`sklearn` stands beside a container `kserve-container`", (*P, "containers", 2))]),
    ({"containers": [SERVING, {"name": "side"}, "odd", {}]},
     [("container `side` has no image", (*P, "containers", 1)), ("container `3` has no image", (*P, "containers", 3))]),
    # KServe fills in the container of a model from its runtime.
    ({"model": {}, "containers": [{"name": "side"}]}, []),
    ({"model": {}, "imagePullSecrets": [{"name": "a"}, {"name": ""}, {}, "odd"]},
     [("an entry of `imagePullSecrets` names no Secret", (*P, "imagePullSecrets", 1)),
      ("an entry of `imagePullSecrets` names no Secret", (*P, "imagePullSecrets", 2))]),
])  # fmt: skip
def test_a_predictor(predictor: Object, found: list[tuple[str, Route]]) -> None:
    assert service({"predictor": predictor}) == found


@pytest.mark.parametrize("component", ["predictor", "transformer", "explainer"])
@pytest.mark.parametrize(("replicas", "said", "key"), [
    ({"minReplicas": 1, "maxReplicas": 1}, "", ""),
    ({"minReplicas": 2, "maxReplicas": 1}, "`minReplicas` 2 is above `maxReplicas` 1", "minReplicas"),
    ({"minReplicas": 2, "maxReplicas": 0}, "", ""),
    ({"minReplicas": 2}, "", ""),
    ({"minReplicas": 0, "maxReplicas": 0}, "", ""),
    ({"minReplicas": True, "maxReplicas": 1}, "", ""),
    ({"minReplicas": "2", "maxReplicas": 1}, "", ""),
    ({"minReplicas": -1}, "`minReplicas` is below 0", "minReplicas"),
    ({"maxReplicas": -1}, "`maxReplicas` is below 0", "maxReplicas"),
])  # fmt: skip
def test_replicas(component: str, replicas: Object, said: str, key: str) -> None:
    spec: Object = {"predictor": {"model": {}}}
    spec[component] = {**spec.get(component, {}), **replicas}
    assert service(spec) == ([(said, ("spec", component, key))] if said else [])


def canary(name: str = "", percent: Any = 0, **more: Any) -> Object:
    return {"predictor": {"model": {}, **({"name": name} if name else {}), **more}, "trafficPercent": percent}


C: Route = ("spec", "canary")


@pytest.mark.parametrize(("canaries", "found"), [
    ([canary("a")], []),
    ([canary("a", 60), canary("b", 40)], []),
    ([canary("a", 60), canary("b", 41)], [("the canaries get 101 % of the traffic", C)]),
    ([canary("a", "60"), canary("b", 100)], []),
    ([canary()], [("a canary's predictor has no `name`", (*C, 0, "predictor"))]),
    ([canary("a"), canary("a")], [("two predictors are named `a`", (*C, 1, "predictor", "name"))]),
    ([canary("stable")], [("two predictors are named `stable`", (*C, 0, "predictor", "name"))]),
    (["odd", canary("a", model=None)],
     [("a canary's predictor has no `name`", (*C, 0, "predictor")),
      ("the predictor has neither a `model` nor containers", (*C, 1, "predictor"))]),
])  # fmt: skip
def test_canaries(canaries: list[Any], found: list[tuple[str, Route]]) -> None:
    assert service({"predictor": {"name": "stable", "model": {}}, "canary": canaries}) == found


def test_a_predictor_without_a_name_has_none_in_common_with_a_canary() -> None:
    found = service({"predictor": {"model": {}}, "canary": [canary(), canary()]})
    assert [message for message, _ in found] == ["a canary's predictor has no `name`"] * 2


@pytest.mark.parametrize("mode", ["Knative", "", "RawDeployment"])
def test_canaries_are_for_standard_mode(mode: str) -> None:
    spec: Object = {"predictor": {"model": {}}}
    assert service({**spec, "canary": [canary("a")]}, mode=mode) == [("KServe has canaries in Standard mode only", C)]
    assert service({**spec, "canary": []}, mode=mode) == service({**spec, "canary": "odd"}, mode=mode) == []


def test_a_pod_of_kubernetes_needs_an_image_in_every_container() -> None:
    spec = {"containers": [{"name": "a", "image": "i"}, {"name": "b"}, "odd"], "imagePullSecrets": [{"name": ""}]}
    assert refused(("v1", "Pod"), {"spec": spec}) == [
        ("an entry of `imagePullSecrets` names no Secret", ("spec", "imagePullSecrets", 0)),
        ("container `b` has no image", ("spec", "containers", 1)),
    ]
    assert refused(("apps/v1", "Deployment"), {"spec": {"template": {"spec": {"containers": [{}]}}}}) == [
        ("container `0` has no image", ("spec", "template", "spec", "containers", 0)),
    ]
    runtime = {"spec": {"containers": [{"name": "b"}]}}
    assert refused(("serving.kserve.io/v1alpha1", "ServingRuntime"), runtime) == []
