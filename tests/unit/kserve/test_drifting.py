"""What KServe's webhook rewrites inside an InferenceService: where, and what is to be written instead."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.drifting import drifts
from mooring.schema.catalog import Catalog

SERVICE = ("serving.kserve.io/v1beta1", "InferenceService")
WHOLE = {"limits": {"cpu": "1", "memory": "2Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}}
MODEL = {"modelFormat": {"name": "sklearn"}}
MODEL_MESH = {"annotations": {"serving.kserve.io/deploymentMode": "ModelMesh"}}


def found(spec: Any, kind: tuple[str, str] = SERVICE, **metadata: Any) -> list[tuple[str, str]]:
    """Route and hint of each part that is rewritten; `resources` stands for the hint about them."""
    info = Catalog().kind(*kind)
    assert info is not None
    said = list(drifts({"metadata": metadata, "spec": spec}, info))
    assert {one.code for one in said} <= {"drifts"}
    routes = [".".join(map(str, one.route)).removeprefix("spec.") for one in said]
    hints = ["resources" if one.hint.startswith("write them") else one.hint.removeprefix("write ") for one in said]
    return list(zip(routes, hints, strict=True))


def container(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "harbor.example.com/vision/detector:1", "resources": WHOLE, **more}


NAME = "`name: kserve-container`"
RENAMED = [("predictor.containers.0.name", NAME)]


@pytest.mark.parametrize(("spec", "expected"), [
    ({"predictor": {"containers": [container("kserve-container")]}}, []),
    ({"predictor": {"containers": [container("server")]}}, RENAMED),
    # Of several containers of a predictor the first keeps its name.
    ({"predictor": {"containers": [container("server"), container("kserve-container")]}}, []),
    ({"predictor": {"containers": [container("server"), container("other")]}}, []),
    # Beside a model a container is a sidecar.
    ({"predictor": {"model": MODEL, "containers": [container("sidecar")]}}, []),
    ({"predictor": {"sklearn": {}, "containers": [container("sidecar")]}}, []),
    # The first one of a transformer or an explainer is always renamed.
    ({"transformer": {"containers": [container("a"), container("b")]}}, [("transformer.containers.0.name", NAME)]),
    ({"explainer": {"containers": [container("a")]}}, [("explainer.containers.0.name", NAME)]),
    ({"explainer": {"art": {"type": "SquareAttack"}, "containers": [container("a")]}}, []),
    # KServe completes no canary.
    ({"canary": [{"predictor": {"name": "b", "containers": [container("server")]}}]}, []),
    # Two of the name are refused, and nothing is completed.
    ({"predictor": {"containers": [container("kserve-container", resources={})] * 2}}, []),
    ({"predictor": {"containers": []}}, []),
    ({"predictor": {"containers": ["x"]}, "transformer": []}, []),
    (None, []),
])  # fmt: skip
def test_the_name_of_a_custom_container(spec: Any, expected: list[tuple[str, str]]) -> None:
    assert found(spec) == expected


FIRST = "predictor.containers.0"


@pytest.mark.parametrize(("resources", "expected"), [
    (WHOLE, []),
    (None, [(FIRST, "resources")]),
    ({}, [(f"{FIRST}.resources", "resources")]),
    ({"limits": WHOLE["limits"]}, [(f"{FIRST}.resources", "resources")]),
    ({**WHOLE, "requests": {"cpu": "1"}}, [(f"{FIRST}.resources", "resources")]),
    ({**WHOLE, "claims": [{"name": "gpu"}]}, []),
])  # fmt: skip
def test_the_resources_of_a_custom_container(resources: Any, expected: list[tuple[str, str]]) -> None:
    assert found({"predictor": {"containers": [container("kserve-container", resources=resources)]}}) == expected
    assert found({"predictor": {"model": {**MODEL, "resources": resources}}}) == []
    # Only the first one is completed.
    sidecar = {"name": "sidecar", "resources": resources}
    assert found({"predictor": {"containers": [container("kserve-container"), sidecar]}}) == []


def test_what_is_missing_is_named() -> None:
    info = Catalog().kind(*SERVICE)
    assert info is not None
    spec = {"transformer": {"containers": [container("kserve-container", resources={"limits": {"cpu": "1"}})]}}
    assert [one.message for one in drifts({"spec": spec}, info)] == [
        "KServe's webhook adds its default of `limits.memory`, `requests.cpu`, `requests.memory` "
        "to the `resources` of this container"
    ]


@pytest.mark.parametrize("spec", [
    {"predictor": {"model": {**MODEL, "resources": {"limits": {"memory": "2048Mi"}}}}},
    {"predictor": {"model": MODEL, "containers": [{"name": "a", "resources": {"requests": {"memory": "2048Mi"}}}]}},
    {"predictor": {"model": MODEL, "initContainers": [{"name": "a", "resources": {"limits": {"memory": "2048Mi"}}}]}},
    {"canary": [{"predictor": {"model": {**MODEL, "resources": {"limits": {"memory": "2048Mi"}}}}}]},
])  # fmt: skip
def test_a_quantity_anywhere(spec: Any) -> None:
    (one,) = found(spec)
    assert one[0].endswith(".memory")
    assert one[1] == '`"2Gi"`'


@pytest.mark.parametrize(("written", "hint"), [
    ("2Gi", None), ("500m", None), ("0.5", '`"500m"`'), (1, '`"1"`'), ("${MEMORY}", None), (None, None), ([], None),
])  # fmt: skip
def test_which_quantities(written: Any, hint: str | None) -> None:
    expected = [("predictor.model.resources.limits.cpu", hint)] if hint else []
    assert found({"predictor": {"model": {**MODEL, "resources": {"limits": {"cpu": written}}}}}) == expected


@pytest.mark.parametrize(("kind", "metadata", "count"), [
    (SERVICE, {}, 2),
    # KServe leaves the predictor of a ModelMesh service alone, but for what it reads into its own types.
    (SERVICE, MODEL_MESH, 1),
    (("serving.kserve.io/v1alpha1", "ServingRuntime"), {}, 0),
    (("apps/v1", "Deployment"), {}, 0),
])  # fmt: skip
def test_which_kinds(kind: tuple[str, str], metadata: Any, count: int) -> None:
    resources = {**WHOLE, "limits": {"cpu": "1000m", "memory": "2Gi"}}
    assert len(found({"predictor": {"containers": [container("server", resources=resources)]}}, kind, **metadata)) == count
