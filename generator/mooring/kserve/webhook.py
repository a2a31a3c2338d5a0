"""What KServe's validating webhook refuses, or the pod dies of, though the CRD lets it through.

Sources: https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go and
component.go beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve.inferenceservice import FRAMEWORKS
from mooring.kserve.podspec import at
from mooring.problems.position import Route
from mooring.problems.routes import as_text, get
from mooring.redaction import quote, shown
from mooring.schema.catalog import KindInfo

_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
Refusal = tuple[str, Route, str]
"""In words what is refused, where in the object, and a hint."""


def refusals(data: Mapping[str, Any], info: KindInfo) -> Iterator[Refusal]:
    """Everything of `data` that would be admitted by the schema and refused, or would never run, all the same."""
    for place in info.pod_specs:
        for route, pod in at(data, place):
            if isinstance(pod, dict):
                yield from _pod(pod, route, data)
    if info.kind == "InferenceService" and info.api_version.startswith("serving.kserve.io/"):
        yield from _inference_service(data)


def _pod(pod: Mapping[str, Any], route: Route, data: Mapping[str, Any]) -> Iterator[Refusal]:
    """What is refused of one pod spec."""
    secrets = pod.get("imagePullSecrets")
    for index, entry in enumerate(secrets if isinstance(secrets, list) else []):
        if isinstance(entry, dict) and not entry.get("name"):
            yield (
                "an entry of `imagePullSecrets` names no Secret", (*route, "imagePullSecrets", index),
                "write `- name: <Secret>`, or take the entry out",
            )  # fmt: skip
    if str(data.get("apiVersion", "")).startswith("serving.kserve.io/"):
        return  # KServe fills a container in from its runtime or its preset: no image is no fault there.
    containers = pod.get("containers")
    for index, container in enumerate(containers if isinstance(containers, list) else []):
        if isinstance(container, dict) and not container.get("image"):
            yield f"container {_called(container, index)} has no image", (*route, "containers", index), "add `image:`"


def _called(container: Mapping[str, Any], index: int) -> str:
    """What a container is called in a message: its place where its name is none."""
    return quote(as_text(container.get("name")) or str(index), "name")


def _inference_service(data: Mapping[str, Any]) -> Iterator[Refusal]:
    """What is refused of an InferenceService."""
    name = get(data, ("metadata", "name"))
    if isinstance(name, str) and not _NAME.fullmatch(name):
        yield (
            f"KServe refuses the name {quote(name, 'name')}", ("metadata", "name"),
            "begin with a lower-case letter; only lower-case letters, digits and `-`",
        )  # fmt: skip
    predictor = get(data, ("spec", "predictor"))
    if isinstance(predictor, dict):
        yield from _predictor(predictor, ("spec", "predictor"))
    yield from _canaries(data)
    for component in ("predictor", "transformer", "explainer"):
        found = get(data, ("spec", component))
        if isinstance(found, dict):
            yield from _component(found, ("spec", component))


def _predictor(predictor: Mapping[str, Any], route: Route) -> Iterator[Refusal]:
    """What is refused of a predictor."""
    containers = predictor.get("containers")
    containers = containers if isinstance(containers, list) else []
    names = {as_text(container.get("name")) for container in containers if isinstance(container, dict)}
    models = [name for name in FRAMEWORKS if isinstance(predictor.get(name), dict)]
    if len(models) > 1:
        yield (
            f"a predictor has one implementation, and `{models[0]}` stands beside `{models[1]}`", (*route, models[1]),
            "keep one of them",
        )  # fmt: skip
    if not models and not containers:
        yield (
            "the predictor has neither a `model` nor containers", route,
            "add `model:`, or `containers:` with one called `kserve-container`",
        )  # fmt: skip
    if models and "kserve-container" in names:
        index = next(i for i, c in enumerate(containers) if isinstance(c, dict) and c.get("name") == "kserve-container")
        yield (
            f"`{models[0]}` stands beside a container `kserve-container`", (*route, "containers", index),
            "a custom predictor has no `model`; a sidecar has another name",
        )  # fmt: skip
    if not models:
        for index, container in enumerate(containers):
            if isinstance(container, dict) and not container.get("image"):
                yield (
                    f"container {_called(container, index)} has no image", (*route, "containers", index),
                    "add `image:`",
                )  # fmt: skip


def _component(component: Mapping[str, Any], route: Route) -> Iterator[Refusal]:
    """What is refused of any component: its numbers of replicas."""
    low, high = component.get("minReplicas"), component.get("maxReplicas")
    numbers = all(isinstance(value, int) and not isinstance(value, bool) for value in (low, high))
    if numbers and high and low > high:  # 0 and absent both mean: no upper bound
        yield (
            f"`minReplicas` {shown(low, 'number')} is above `maxReplicas` {shown(high, 'number')}", (*route, "minReplicas"),
            "lower the one or raise the other",
        )  # fmt: skip
    for key in ("minReplicas", "maxReplicas"):
        value = component.get(key)
        if isinstance(value, int) and value < 0:
            yield f"`{key}` is below 0", (*route, key), "write 0 or more"


def _canaries(data: Mapping[str, Any]) -> Iterator[Refusal]:
    """What is refused of the canaries."""
    canaries = get(data, ("spec", "canary"))
    canaries = canaries if isinstance(canaries, list) else []
    if canaries and get(data, ("metadata", "annotations", "serving.kserve.io/deploymentMode")) != "Standard":
        hint = "add annotation `serving.kserve.io/deploymentMode: Standard`"
        yield "KServe has canaries in Standard mode only", ("spec", "canary"), hint
    names = {as_text(get(data, ("spec", "predictor", "name")))} - {""}
    traffic = 0
    for index, canary in enumerate(canaries):
        route: Route = ("spec", "canary", index, "predictor")
        name = as_text(get(canary, ("predictor", "name")))
        if not name:
            yield "a canary's predictor has no `name`", route, "add `name:`: its Deployment is called after it"
        elif name in names:
            yield f"two predictors are named {quote(name, 'name')}", (*route, "name"), "give the canary another name"
        names.add(name)
        predictor = get(canary, ("predictor",))
        if isinstance(predictor, dict):
            yield from _predictor(predictor, route)
        percent = get(canary, ("trafficPercent",))
        traffic += percent if isinstance(percent, int) else 0
    if traffic > 100:
        yield f"the canaries get {shown(traffic, 'number')} % of the traffic", ("spec", "canary"), "at most 100 in all"
