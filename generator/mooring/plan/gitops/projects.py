"""Argo CD's projects: what an Application may apply, and where to. Each Application has one of its own, so that a namespace
which leaves the fleet keeps its project as long as its Applications stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.gitops.labels import labels
from mooring.plan.gitops.names import ACCESS, ROOT_OF_CLUSTER, TOGETHER
from mooring.plan.gitops.permitted import GroupKind, kinds_of_kserve
from mooring.plan.gitops.roots import Root

# Argo CD passes over a live object whose kind the project does not permit: it is neither deleted nor shown. So that the
# last one of a kind can go, what mooring renders under another setting, and KServe's own kinds, are always permitted.
_OF_ACCESS = frozenset({("", "ConfigMap"), ("external-secrets.io", "ExternalSecret")})
_OF_POLICIES = frozenset({
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("policies.kyverno.io", "MutatingPolicy"),
    ("policies.kyverno.io", "ValidatingPolicy"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
})  # fmt: skip
_WORDS = {
    ACCESS: "what lets services pull in namespace {}",
    ROOT_OF_CLUSTER: "the policies, and what stands in no namespace",
    TOGETHER: "namespace {}, its services and what lets them pull",
}


def project(resolved: ResolvedEnvironment, root: Root, name: str, destination: Mapping[str, str]) -> dict[str, Any]:
    """The values of the project of one root: this repository, its namespace, the kinds that stand there."""
    gitops = resolved.fleet.gitops
    words = _WORDS.get(root.stage, "the services of namespace {}").format(root.namespace)
    context: dict[str, Any] = {
        "name": name,
        "namespace": gitops.target_namespace,
        "labels": labels(resolved, root.stage),
        "why": f"{words}, in environment {resolved.name}",
        "repo": gitops.repo,
        "destinations": [dict(destination)],
    }
    namespaced, cluster_wide = set(root.namespaced), set(root.cluster_wide)
    if root.stage in (ACCESS, TOGETHER):
        namespaced |= _OF_ACCESS
    if root.has_services:
        namespaced |= kinds_of_kserve(resolved, "Namespaced")
    if root.stage == ROOT_OF_CLUSTER:
        cluster_wide |= _OF_POLICIES | kinds_of_kserve(resolved, "Cluster")
    if cluster_wide:
        context["clusterKinds"] = _listed(cluster_wide)
    if namespaced:
        context["namespacedKinds"] = _listed(namespaced)
    else:
        # An empty list of what is permitted would permit all.
        context["refusedKinds"] = _listed([("*", "*")])
    return context


def _listed(kinds: Iterable[GroupKind]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(kinds)]
