"""The values of what syncs a fleet, for one environment of a fleet of a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops import files
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.problems.problem import ObjectRef
from mooring.tree.run import resolve_all
from tests.support.fleet_files import REGISTRY, loaded

POLICIES = (ObjectRef("policies.kyverno.io/v1", "ValidatingPolicy", "", "mooring-x"),)
SERVICE = "services:\n- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: 'docker.io/a:1'}]}}}\n"
REPO = "repo: 'https://git.example.com/fleet.git'"
LONG = "n" * 63


def resolved(folder: Path, text: str) -> dict[str, ResolvedEnvironment]:
    """The environments of a fleet without a problem."""
    read = loaded(folder, REGISTRY + text)
    assert list(read.problems) == []
    return resolve_all(read, [])


def contexts(found: ResolvedEnvironment, where: str, policies: Sequence[ObjectRef] = POLICIES) -> dict[str, dict[str, Any]]:
    """What syncs the roots of a namespace, or of `_cluster`, by the file's name."""
    if where == CLUSTER:
        planned, own = plan_cluster(found, "policies/kyverno", []), policies
    else:
        planned, own = plan_namespace(found, found.namespaces[where]), [ObjectRef("v1", "ConfigMap", where, "grants")]
    made = files.of_namespace(found, where, planned, own)
    return {artifact.path.rpartition("/")[2]: dict(artifact.context) for artifact in made}


def of_environment(found: ResolvedEnvironment) -> dict[str, dict[str, Any]]:
    """What syncs those, by the file's name."""
    return {artifact.path.rpartition("/")[2]: dict(artifact.context) for artifact in files.of_environment(found)}


def kinds(listed: Sequence[dict[str, str]]) -> set[tuple[str, str]]:
    return {(one["group"], one["kind"]) for one in listed}
