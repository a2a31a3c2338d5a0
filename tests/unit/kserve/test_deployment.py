"""How KServe deploys an object: what its annotation, KServe's settings, the fleet and the release say, in this order."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.deployment import Mode, mode_of
from mooring.kserve.model import ClusterContext
from mooring.kserve.platform import Settings
from mooring.schema.catalog import Catalog

SERVICE = ("serving.kserve.io/v1beta1", "InferenceService")
UNKNOWN = Mode()


def mode(kind: tuple[str, str], annotation: Any, **context: Any) -> Mode:
    """The mode of an object with that deploymentMode (None: without one) in a cluster."""
    info = Catalog().kind(*kind)
    assert info is not None
    annotations = {} if annotation is None else {"serving.kserve.io/deploymentMode": annotation}
    return mode_of({"metadata": {"annotations": annotations}}, info, ClusterContext(**context))


def by_default(name: str) -> Settings:
    return Settings({}, (), "", name)


@pytest.mark.parametrize(("annotation", "context", "found"), [
    ("Knative", {}, Mode("Knative")),
    ("Serverless", {}, Mode("Knative")),
    ("Standard", {}, Mode("Standard")),
    ("RawDeployment", {}, Mode("Standard")),
    ("ModelMesh", {}, Mode("ModelMesh")),
    # 0.15 knows the older names only: it passes over another annotation.
    ("RawDeployment", {"release": "0.15"}, Mode("Standard")),
    ("Standard", {"release": "0.15"}, Mode("Knative", assumed=True)),
    ("Knative", {"release": "0.15", "mode": "Standard"}, Mode("Standard")),
    ("Standard", {"release": "0.17"}, Mode("Standard")),
    ("else", {}, UNKNOWN),
    (7, {}, UNKNOWN),
    (None, {}, UNKNOWN),
    (None, {"release": "0.17"}, Mode("Knative", assumed=True)),
    (None, {"mode": "Standard"}, Mode("Standard")),
    (None, {"mode": "Standard", "release": "0.17"}, Mode("Standard")),
    (None, {"settings": by_default("RawDeployment"), "mode": "Knative"}, Mode("Standard")),
    (None, {"settings": by_default("else"), "mode": "Knative"}, UNKNOWN),
    (None, {"settings": by_default(""), "mode": "Knative"}, Mode("Knative")),
    ("Knative", {"settings": by_default("Standard")}, Mode("Knative")),
])  # fmt: skip
def test_who_decides_over_a_service(annotation: Any, context: dict[str, Any], found: Mode) -> None:
    assert mode(SERVICE, annotation, **context) == found


@pytest.mark.parametrize(("kind", "found"), [
    (("serving.kserve.io/v1alpha1", "InferenceGraph"), Mode("Standard")),
    (("serving.kserve.io/v1alpha1", "ServingRuntime"), UNKNOWN),
    (("serving.kserve.io/v1alpha2", "LLMInferenceService"), UNKNOWN),
    (("apps/v1", "Deployment"), UNKNOWN),
])  # fmt: skip
def test_only_services_and_graphs_are_deployed_in_a_mode(kind: tuple[str, str], found: Mode) -> None:
    assert mode(kind, "Standard", release="0.17", mode="Standard") == found


def test_only_knative_is_knative() -> None:
    assert [name for name in ("Knative", "Standard", "ModelMesh", "") if Mode(name).is_knative] == ["Knative"]
