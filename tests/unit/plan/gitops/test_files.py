"""The files below `gitops/`: which there are, where they stand, and what lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import CLUSTER
from mooring.plan.gitops import files
from mooring.plan.namespace import plan_namespace
from tests.support.synced import REPO, SERVICE, contexts, of_environment, resolved

NAMESPACES = "namespaces: [{name: vision}, {name: empty}]\n"


@pytest.mark.parametrize(("gitops", "found", "listed"), [
    (f"tool: argo-cd, {REPO}", ["kustomization.yaml", "root.yaml"], [CLUSTER, "empty", "vision"]),
    (f"tool: argo-cd, {REPO}, layout: together", ["kustomization.yaml", "root.yaml"], [CLUSTER, "empty", "vision"]),
    (f"tool: argo-cd, {REPO}, layout: rolling", ["application-set.yaml", "kustomization.yaml", "root.yaml"],
     ["application-set.yaml", CLUSTER, "empty", "vision"]),
    (f"tool: argo-cd, {REPO}, layout: rolling, projects: false",
     ["application-set.yaml", "kustomization.yaml", "root.yaml"], ["application-set.yaml"]),
    (f"tool: flux, {REPO}", ["kustomization.yaml", "root.yaml", "source.yaml"], [CLUSTER, "empty", "vision"]),
])  # fmt: skip
def test_the_files_of_an_environment(gitops: str, found: list[str], listed: list[str], tmp_path: Path) -> None:
    """What is applied by hand is listed nowhere."""
    made = of_environment(resolved(tmp_path, f"gitops: {{{gitops}}}\n{NAMESPACES}{SERVICE}")["default"])
    assert sorted(made) == found
    assert made["kustomization.yaml"]["resources"] == listed


@pytest.mark.parametrize(("gitops", "found"), [
    (f"tool: argo-cd, {REPO}", ["access-project.yaml", "access.yaml", "services-project.yaml", "services.yaml"]),
    (f"tool: argo-cd, {REPO}, projects: false", ["access.yaml", "services.yaml"]),
    (f"tool: argo-cd, {REPO}, layout: together", ["together-project.yaml", "together.yaml"]),
    (f"tool: argo-cd, {REPO}, layout: rolling", ["access-project.yaml", "services-project.yaml"]),
    (f"tool: flux, {REPO}", ["access.yaml", "services.yaml"]),
    (f"tool: flux, {REPO}, tenants: true", ["access.yaml", "service-account.yaml", "services.yaml"]),
])  # fmt: skip
def test_the_files_of_a_namespace(gitops: str, found: list[str], tmp_path: Path) -> None:
    made = contexts(resolved(tmp_path, f"gitops: {{{gitops}}}\n{NAMESPACES}{SERVICE}")["default"], "vision")
    assert made.pop("kustomization.yaml")["resources"] == found
    assert sorted(made) == found


@pytest.mark.parametrize("gitops", ["tool: none", f"tool: none, {REPO}", f"tool: none, {REPO}, layout: rolling"])
def test_without_a_tool_there_is_nothing(gitops: str, tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{{gitops}}}\n{NAMESPACES}{SERVICE}")["default"]
    planned = plan_namespace(found, found.namespaces["vision"])
    assert [*files.of_environment(found), *files.of_namespace(found, "vision", planned, [])] == []


def test_where_they_stand(tmp_path: Path) -> None:
    found = resolved(tmp_path, f"gitops: {{tool: flux, {REPO}}}\n{NAMESPACES}{SERVICE}")["default"]
    planned = plan_namespace(found, found.namespaces["vision"])
    paths = [one.path for one in files.of_namespace(found, "vision", planned, [])]
    assert paths == [f"gitops/flux/default/vision/{name}.yaml" for name in ("access", "services", "kustomization")]
