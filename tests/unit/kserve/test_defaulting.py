"""What KServe makes of an object before it stores or deploys it: the code, the route, and what is to be written."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.defaulting import Rewriting, rewritings, stored_otherwise
from mooring.kserve.model import ClusterContext
from mooring.schema.catalog import Catalog

SERVICE = ("serving.kserve.io/v1beta1", "InferenceService")
GRAPH = ("serving.kserve.io/v1alpha1", "InferenceGraph")
MODE = "serving.kserve.io/deploymentMode"


def said(kind: tuple[str, str], data: Any, release: str = "0.20") -> list[tuple[str, str, str]]:
    """Code, route and hint of what is said of the object in a cluster with that release."""
    info = Catalog().kind(*kind)
    assert info is not None
    return [short(one) for one in rewritings(data, info, ClusterContext(release=release))]


def short(found: Rewriting) -> tuple[str, str, str]:
    return found.code, ".".join(map(str, found.route)), found.hint


def stored(spec: Any, mode: str | None = None, kind: tuple[str, str] = SERVICE) -> list[tuple[str, str, str]]:
    """Code, route and hint of what is stored of the object otherwise than it is written."""
    info = Catalog().kind(*kind)
    assert info is not None
    metadata = {"annotations": {MODE: mode}} if mode else {}
    return [short(one) for one in stored_otherwise({"metadata": metadata, "spec": spec}, info)]


@pytest.mark.parametrize(("kind", "written", "release", "new"), [
    (SERVICE, "RawDeployment", "0.20", "Standard"),
    (SERVICE, "RawDeployment", "0.16", "Standard"),
    (SERVICE, "Serverless", "0.17", "Knative"),
    (GRAPH, "Serverless", "0.20", "Knative"),
    # 0.15 knows no other names; and nothing is assumed where nobody says which release it is.
    (SERVICE, "RawDeployment", "0.15", None),
    (SERVICE, "RawDeployment", "", None),
    (SERVICE, "Standard", "0.20", None),
    (SERVICE, "Knative", "0.20", None),
    (SERVICE, "ModelMesh", "0.20", None),
    (SERVICE, "rawdeployment", "0.20", None),
    (SERVICE, ["RawDeployment"], "0.20", None),
    # The annotation means nothing on other kinds.
    (("apps/v1", "Deployment"), "RawDeployment", "0.20", None),
    (("serving.kserve.io/v1alpha1", "ServingRuntime"), "RawDeployment", "0.20", None),
])  # fmt: skip
def test_a_mode_by_its_old_name(kind: tuple[str, str], written: Any, release: str, new: str | None) -> None:
    found = said(kind, {"metadata": {"annotations": {MODE: written}}}, release)
    assert found == ([("deprecated-mode", f"metadata.annotations.{MODE}", f"write `{new}`")] if new else [])


def test_an_old_name_is_shown_and_a_framework_s_key() -> None:
    """A problem stands at the value that is wrong, or at its key."""
    info = Catalog().kind(*SERVICE)
    assert info is not None
    data = {"metadata": {"annotations": {MODE: "RawDeployment"}}, "spec": {"predictor": {"sklearn": {}}}}
    [mode] = rewritings(data, info, ClusterContext(release="0.20"))
    [framework] = stored_otherwise(data, info)
    assert (mode.at_key, framework.at_key) == (False, True)


URI = {"storageUri": "oci://harbor.example.com/vision/iris:1"}
PLAIN = "write `model: {modelFormat: {name: KEY}, …}`"
V2 = "write `model: {modelFormat: {name: KEY}, protocolVersion: v2, …}`"


@pytest.mark.parametrize(("key", "value", "hint"), [
    ("sklearn", URI, PLAIN), ("xgboost", URI, PLAIN), ("tensorflow", URI, PLAIN), ("pytorch", URI, PLAIN),
    ("pmml", URI, PLAIN), ("lightgbm", URI, PLAIN), ("paddle", URI, PLAIN), ("sklearn", {}, PLAIN),
    ("triton", URI, V2), ("onnx", URI, V2), ("huggingface", URI, V2), ("triton", {**URI, "protocolVersion": "v1"}, PLAIN),
    ("model", {**URI, "modelFormat": {"name": "sklearn"}}, None),
    ("sklearn", None, None), ("sklearn", "x", None), ("containers", [{"name": "sklearn"}], None),
])  # fmt: skip
def test_the_key_of_a_framework(key: str, value: Any, hint: str | None) -> None:
    found = [one for one in stored({"predictor": {key: value}}) if one[0] == "framework-alias"]
    assert found == ([("framework-alias", f"spec.predictor.{key}", hint.replace("KEY", key))] if hint else [])


@pytest.mark.parametrize(("spec", "mode", "kind", "count"), [
    ({"predictor": {"sklearn": URI}}, "Standard", SERVICE, 1),
    ({"predictor": {"sklearn": URI}}, "ModelMesh", SERVICE, 0),
    # KServe looks at the predictor alone: a canary's key stays.
    ({"predictor": {"model": URI}, "canary": [{"predictor": {"name": "b", "sklearn": URI}}]}, None, SERVICE, 0),
    ({"predictor": {"sklearn": URI}}, None, ("serving.kserve.io/v1alpha1", "TrainedModel"), 0),
    ({"predictor": ["sklearn"]}, None, SERVICE, 0),
    ([], None, SERVICE, 0),
    # KServe refuses the second one: one problem is enough.
    ({"predictor": {"sklearn": URI, "triton": URI}}, None, SERVICE, 1),
])  # fmt: skip
def test_where_the_key_of_a_framework_is_rewritten(spec: Any, mode: str | None, kind: tuple[str, str], count: int) -> None:
    assert [one[0] for one in stored(spec, mode, kind)] == ["framework-alias"] * count
