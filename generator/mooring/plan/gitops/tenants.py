"""Flux with an account for each team: its services are applied with the rights of that account, not of Flux itself.

The account stands beside Flux's objects, what it may do in the namespace with the grants: the platform applies both. Both
stay as long as the namespace does, services or none: Flux deletes the last service with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mooring.fleet.gitops import FLUX
from mooring.manifests.kept import Other
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.gitops.labels import labels
from mooring.plan.gitops.names import SERVICES, object_name
from mooring.plan.gitops.permitted import GroupKind, kinds_of_kserve, kinds_of_services
from mooring.plan.pull_secrets import InjectedObject
from mooring.templating.artifact import Artifact

_NAME = "mooring-services"
_KEPT = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}
_VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def has_tenants(resolved: ResolvedEnvironment) -> bool:
    gitops = resolved.fleet.gitops
    return gitops.tool == FLUX and gitops.tenants and gitops.repo is not None


def account(resolved: ResolvedEnvironment, namespace: str, folder: str) -> Artifact:
    """The account itself. Without it Flux would leave what it is to delete with a namespace that leaves the fleet."""
    context = {
        "name": object_name(resolved, namespace, SERVICES),
        "namespace": resolved.fleet.gitops.target_namespace,
        "labels": labels(resolved, SERVICES),
        "annotations": _KEPT,
    }
    return Artifact(f"{folder}/service-account.yaml", "gitops/service-account", context)


def rights(
    resolved: ResolvedEnvironment,
    namespace: str,
    injected: Iterable[InjectedObject],
    others: Iterable[Other],
    folder: str,
) -> list[Artifact]:
    """What the account of the namespace's services may do there: change their kinds, and nothing else."""
    if not has_tenants(resolved):
        return []
    kinds = {*kinds_of_services(injected, others), *kinds_of_kserve(resolved, "Namespaced")}
    context: dict[str, Any] = {"name": _NAME, "namespace": namespace}
    name = object_name(resolved, namespace, SERVICES)
    subject = {"kind": "ServiceAccount", "name": name, "namespace": resolved.fleet.gitops.target_namespace}
    return [
        Artifact(f"{folder}/role.yaml", "namespace/role", {**context, "rules": _rules(resolved, kinds)}),
        Artifact(f"{folder}/role-binding.yaml", "namespace/role-binding", {**context, "subjects": [subject]}),
    ]


def _rules(resolved: ResolvedEnvironment, kinds: Iterable[GroupKind]) -> list[dict[str, Any]]:
    """A rule for each group. Of a kind without a schema nobody knows the plural: all of its group is permitted."""
    resources: dict[str, set[str]] = {}
    for group, kind in kinds:
        plurals = {info.plural for info in resolved.catalog.kinds_named(kind) if info.group == group}
        resources.setdefault(group, set()).update(plurals or {"*"})
    return [
        {"apiGroups": [group], "resources": ["*"] if "*" in found else sorted(found), "verbs": _VERBS}
        for group, found in sorted(resources.items())
    ]
