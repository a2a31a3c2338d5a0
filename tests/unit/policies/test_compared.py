"""What a policy compares of an update: whatever images and Secrets are read from, and nothing that scales or pauses."""

from __future__ import annotations

import pytest

from mooring.policies import podspecs
from mooring.policies.podspecs import Compared
from mooring.schema.catalog import Catalog

CATALOG = Catalog()
PODS = ("containers", "initContainers", "ephemeralContainers", "volumes", "imagePullSecrets")


def test_everything_that_images_and_secrets_are_read_from_is_compared() -> None:
    found = podspecs.compared(CATALOG)
    kinds = podspecs.matched(CATALOG)
    paths = [(*spec, key) for info in kinds for spec in info.pod_specs for key in PODS]
    paths += [place.path for info in kinds for place in info.images]
    assert len(paths) > 150
    assert [path for path in paths if not reached(path, found)] == []


@pytest.mark.parametrize(
    ("path", "compares"),
    [
        ("spec.template.metadata.annotations", True),
        ("spec.jobTemplate.spec.template.spec.nodeSelector", True),
        ("spec.canary.*.predictor.workerSpec.containers", True),
        ("spec.predictor.sklearn.storageUri", True),
        ("spec.model.lora.adapters", True),
        ("spec.replicas", False),
        ("spec.paused", False),
        ("spec.minReadySeconds", False),
        ("spec.jobTemplate.spec.parallelism", False),
        ("spec.suspend", False),
        ("spec.traffic", False),
        ("spec.disabled", False),
        ("spec.schedulingGates", False),
        ("spec.predictor.minReplicas", False),
        ("spec.predictor.workerSpec.pipelineParallelSize", False),
        ("spec.canary.*.trafficPercent", False),
        ("spec.prefill.replicas", False),
        ("metadata.finalizers", False),
        ("status.replicas", False),
    ],
)
def test_a_field(path: str, compares: bool) -> None:
    assert reached(tuple(path.split(".")), podspecs.compared(CATALOG)) == compares


def test_the_expression_compares_each_value_at_its_place() -> None:
    text = podspecs.changes(CATALOG)
    assert "[object.?spec, oldObject.?spec].map(s," in text
    assert text.count("s.?predictor.?workerSpec,") == 1
    assert "s.?canary.orValue([]).map(c, c.?predictor.?workerSpec)" in text


def reached(path: tuple[str, ...], found: Compared) -> bool:
    """Whether a change at the path is seen."""
    return any(
        path[: len(place)] == place and path[len(place)] in found.fields for place in found.places if len(path) > len(place)
    )
