"""What is synced as one: a Kustomize root of the tree, with the kinds that it holds and the folders that it takes in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops.names import ACCESS, ROOT_OF_CLUSTER, SERVICES, TOGETHER, stages
from mooring.plan.gitops.permitted import GroupKind, kinds_of_services
from mooring.plan.planned import Planned
from mooring.problems.problem import ObjectRef

_KUSTOMIZE = "kustomize.config.k8s.io"


@dataclass(frozen=True, slots=True)
class Root:
    """`namespace` is empty for `_cluster`; `namespaced` and `cluster_wide` are the kinds (group, kind) of its objects.

    `outside` are the folders of the repository that it takes in beside its own; `is_encrypted` where sops has encrypted
    some of it.
    """

    stage: str
    namespace: str
    path: str
    namespaced: frozenset[GroupKind]
    cluster_wide: frozenset[GroupKind]
    outside: tuple[str, ...] = ()
    is_encrypted: bool = False

    @property
    def has_services(self) -> bool:
        return self.stage in (SERVICES, TOGETHER)


def roots(resolved: ResolvedEnvironment, where: str, planned: Planned, own: Sequence[ObjectRef]) -> list[Root]:
    """The roots of a namespace, or of `_cluster`; `own` are the objects that mooring itself has there.

    A namespace without services has no root of them: Argo CD refuses to sync an empty one.
    """
    folder = f"overlays/{resolved.name}/{where}"
    mooring_s = [(ref.api_version.rpartition("/")[0], ref.kind) for ref in own]
    rendered = frozenset(kind for kind in mooring_s if kind[0] != _KUSTOMIZE)
    services = frozenset(kinds_of_services(planned.injected, planned.others))
    if where == CLUSTER:
        kinds = rendered | services
        return [Root(ROOT_OF_CLUSTER, "", folder, *_by_scope(resolved, kinds, "Cluster"), outside(planned))]
    if TOGETHER in stages(resolved.fleet.gitops):
        kinds = rendered | services
        return [Root(TOGETHER, where, folder, *_by_scope(resolved, kinds, "Namespaced"), outside(planned))]
    encrypted = any("sops" in one.data for one in planned.ciphertexts.values())
    found = [Root(ACCESS, where, f"{folder}/access", *_by_scope(resolved, rendered, "Namespaced"), (), encrypted)]
    if _takes_in(planned, f"{folder}/services"):
        scoped = _by_scope(resolved, services, "Namespaced")
        found.append(Root(SERVICES, where, f"{folder}/services", *scoped, outside(planned)))
    return found


def _by_scope(
    resolved: ResolvedEnvironment, kinds: Iterable[GroupKind], unknown: str
) -> tuple[frozenset[GroupKind], frozenset[GroupKind]]:
    """Those that are in a namespace, and those that are in none; a kind without a schema has the scope `unknown`."""
    scopes = {(info.group, info.kind): info.scope for _, name in kinds for info in resolved.catalog.kinds_named(name)}
    whole = frozenset(kinds)
    cluster_wide = frozenset(kind for kind in whole if scopes.get(kind, unknown) == "Cluster")
    return whole - cluster_wide, cluster_wide


def _takes_in(planned: Planned, folder: str) -> bool:
    return any(artifact.path == f"{folder}/kustomization.yaml" for artifact in planned.artifacts)


def outside(planned: Planned) -> tuple[str, ...]:
    """The folders of the repository that the planned Kustomize roots take in and that are not theirs."""
    found: dict[str, None] = {}
    for artifact in planned.artifacts:
        folder, name = posixpath.split(artifact.path)
        for resource in artifact.context.get("resources", ()) if name == "kustomization.yaml" else ():
            if resource.startswith("../"):
                found.setdefault(posixpath.normpath(posixpath.join(folder, resource)))
    return tuple(found)
