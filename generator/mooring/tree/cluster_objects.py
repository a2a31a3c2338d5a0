"""What a cluster is given: the objects as Kustomize builds them from the rendered tree, kept manifests patched, and each
policy with its environment's action and registries."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.plan.planned import Planned
from mooring.plan.policies import PolicyFiles
from mooring.templating.render import marked
from mooring.tree.unit import text_of
from mooring.yaml.dump import dump

_KUSTOMIZATION = "namespace/kustomization"


def cluster_objects(resolved: ResolvedEnvironment, name: str, policies: PolicyFiles) -> Iterator[tuple[str, str]]:
    """(where it stands, its text) of each object of one namespace, or of `_cluster`."""
    if name != CLUSTER:
        yield from _planned(plan_namespace(resolved, resolved.namespaces[name]), resolved.fleet_path)
        return
    for artifact in policies.of_cluster(resolved.name):
        yield artifact.path, text_of(artifact, resolved.fleet_path)[0]
    planned = plan_cluster(resolved, policies.of(resolved.name).folder, policies.patches[resolved.name])
    yield from _planned(planned, resolved.fleet_path)


def _planned(planned: Planned, fleet_path: str) -> Iterator[tuple[str, str]]:
    for artifact in planned.artifacts:
        if artifact.template != _KUSTOMIZATION:
            yield artifact.path, text_of(artifact, fleet_path)[0]
    for path, one in planned.ciphertexts.items():
        yield path, marked(one.text, fleet=one.origin)
    for injected in planned.injected:
        if injected.original.service.manifests is not None:
            yield injected.original.source.path, dump(dict(injected.data))
    for other in planned.others:
        yield other.path, dump(dict(other.data))
