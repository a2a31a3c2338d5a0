"""Each place that can hold an image: named where its Secret is missing, left alone where it is covered, or cannot be."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from mooring.policies.model import Object, PolicyInput, Row
from mooring.policies.samples import BARE, KSERVE, pod, thing
from mooring.problems.routes import get
from tests.support.decisions import sample_of
from tests.support.pod_places import owners

_KINDS = ("Pod", "InferenceService", "LLMInferenceService", "ServingRuntime")


def rows(given: PolicyInput) -> Iterator[Row]:
    """Each place that can hold an image: named where it is missing, left alone where it is covered, or cannot be."""
    sample = sample_of(given)
    image, names = sample.open_image, sample.names
    for name, api_version, kind, spec, place in owners(image):
        if kind in _KINDS:
            yield _patched(thing(api_version, kind, f"{name}-without", spec), ("spec", *place), [names["other"]])
    listed = pod("pod-with-another", image, [names["absent"]])
    yield _patched(listed, ("spec",), [names["other"], names["absent"]])
    predictor: Object = {"predictor": {"containers": [{"name": "main", "image": sample.images["harbor"]}]}}
    owner = thing(f"{KSERVE}/v1beta1", "InferenceService", sample.owner, predictor)
    yield _patched(owner, ("spec", "predictor"), [names["good"]])
    yield _patched(pod("pod-of-the-second-open", sample.shared_image), ("spec",), [names["shared"]])
    spare: Object = {"predictor": {"containers": [{"name": "main", "image": sample.spare_image}]}}
    spare["transformer"] = {**spare["predictor"], "imagePullSecrets": [{"name": names["spare"]}]}
    second = thing(f"{KSERVE}/v1beta1", "InferenceService", sample.second, spare)
    yield _patched(second, ("spec", "predictor"), [names["spare"]])
    for left in (
        pod("pod-covered", image, [names["other"]]),
        pod("pod-covered-by-one-of-two", sample.shared_image, [names["shared"]]),
        pod("pod-of-another-s", sample.images["harbor"]),
        pod("pod-of-docker-hub", "nginx"),
        pod("pod-without-grants", image, None, BARE),
    ):
        yield Row(left, "pass", left)


def _patched(made: Object, place: tuple[str | int, ...], secrets: list[str]) -> Row:
    patched = copy.deepcopy(made)
    get(patched, place)["imagePullSecrets"] = [{"name": name} for name in secrets]
    return Row(made, "pass", patched)
