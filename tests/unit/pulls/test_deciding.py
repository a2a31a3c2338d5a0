"""Objects that count for the pods of others, and those that count for their own alone."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.pulls.deciding import is_deciding


def config_map(name: str, namespace: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}


@pytest.mark.parametrize("kind", [
    "Secret", "SealedSecret", "ExternalSecret", "ServiceAccount", "ServingRuntime", "ClusterServingRuntime",
    "LLMInferenceServiceConfig", "ClusterStorageContainer",
])  # fmt: skip
def test_a_kind_of_which_every_object_decides(kind: str) -> None:
    assert is_deciding({"kind": kind, "metadata": {"name": "a"}})


@pytest.mark.parametrize(("data", "decides"), [
    (config_map("mooring-pull-grants", "any"), True),
    (config_map("inferenceservice-config", "kserve"), True),
    (config_map("config-deployment", "knative-serving"), True),
    (config_map("config-deployment", "any"), False),
    (config_map("other", "kserve"), False),
    ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, False),
    ({"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "a"}}, False),
    ({}, False),
])  # fmt: skip
def test_whether_an_object_decides(data: dict[str, Any], decides: bool) -> None:
    assert is_deciding(data) is decides
