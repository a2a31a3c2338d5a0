"""What a cluster is given: the objects as Kustomize builds them from the rendered tree, kept manifests patched, and each
policy with its environment's action."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from mooring.plan.environment import CLUSTER, Scene
from mooring.plan.namespace import Planned, plan_cluster, plan_namespace
from mooring.plan.policies import PolicyFiles
from mooring.policies.plan import with_action
from mooring.tree.unit import text_of
from mooring.yaml.block import block

_KUSTOMIZATION = "namespace/kustomization"


def built(scene: Scene, name: str, policies: PolicyFiles) -> Iterator[tuple[str, str]]:
    """(where it stands, its text) of each object of one namespace, or of `_cluster`."""
    if name != CLUSTER:
        yield from _planned(plan_namespace(scene, scene.namespaces[name]), scene.fleet_path)
        return
    for policy, action in policies.actions[scene.name].items():
        path = f"{policies.folder}/{policy}.yaml"
        artifact = next(artifact for artifact in policies.artifacts if artifact.path == path)
        acting = dataclasses.replace(artifact, context=with_action(artifact.context, policy, policies.texts[policy], action))
        yield path, text_of(acting, scene.fleet_path)[0]
    yield from _planned(plan_cluster(scene, policies.folder, policies.patches[scene.name]), scene.fleet_path)


def _planned(planned: Planned, fleet_path: str) -> Iterator[tuple[str, str]]:
    for artifact in planned.artifacts:
        if artifact.template != _KUSTOMIZATION:
            yield artifact.path, text_of(artifact, fleet_path)[0]
    for wired in planned.wired:
        if wired.subject.service.manifests is not None:
            yield wired.subject.source.path, block(dict(wired.object), 0)
