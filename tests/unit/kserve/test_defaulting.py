"""What KServe makes of an object before it stores or deploys it: the code, the route, and what is to be written."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.defaulting import rewritings
from mooring.kserve.model import ClusterContext
from mooring.schema.catalog import Catalog

SERVICE = ("serving.kserve.io/v1beta1", "InferenceService")
GRAPH = ("serving.kserve.io/v1alpha1", "InferenceGraph")
MODE = "serving.kserve.io/deploymentMode"


def said(kind: tuple[str, str], data: Any, release: str = "0.20") -> list[tuple[str, str, str]]:
    """Code, route and hint of what is said of the object in a cluster with that release."""
    info = Catalog().kind(*kind)
    assert info is not None
    found = rewritings(data, info, ClusterContext(release=release))
    return [(one.code, ".".join(map(str, one.route)), one.hint) for one in found]


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
