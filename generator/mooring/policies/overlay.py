"""The policies of a fleet: their files, the same for all environments, and what each environment patches of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.artifact import Artifact
from mooring.catalog import Catalog
from mooring.fleet import model
from mooring.manifest import check_own
from mooring.policies.decisions import Sample
from mooring.policies.model import PolicyInput
from mooring.policies.names import POLICIES
from mooring.policies.plan import FOLDER, action_patches
from mooring.policies.plan import plan as plan_files
from mooring.problem import Problem
from mooring.scene import Scene, catalog_for


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """`patches` are the Kustomize patches of each environment's `_cluster`, by environment; `actions` what they lead to,
    by environment and policy."""

    folder: str
    artifacts: tuple[Artifact, ...]
    patches: Mapping[str, list[Any]]
    actions: Mapping[str, Mapping[str, str]]

    @property
    def paths(self) -> list[str]:
        return [artifact.path for artifact in self.artifacts]


def policy_input(fleet: model.Fleet, scenes: Mapping[str, Scene]) -> PolicyInput:
    """Hosts and public projects of all environments: the policies' text is one for all of them."""
    registries = [registry for scene in scenes.values() for registry in scene.registries.all]
    hosts = sorted({host for registry in registries for host in registry.hosts})
    public = sorted(
        {f"{host}/{project}" for registry in registries for host in registry.hosts for project in registry.public_projects}
    )
    policies = fleet.policies
    return PolicyInput(
        hosts=tuple(hosts),
        public=tuple(public),
        robot_prefixes=tuple(sorted({registry.robot_prefix for registry in registries})) or ("robot$",),
        action=policies.action,
        actions={name: rule.action for name, rule in policies.rules.items()},
        failure_policy=policies.failure_policy,
        explicit=policies.explicit,
        exempt=tuple((item.namespace, item.policies, item.reason, item.until) for item in policies.exempt),
        sample=_sample(fleet, tuple(public)),
    )


def _sample(fleet: model.Fleet, public: tuple[str, ...]) -> Sample:
    """A host, a project and a Secret of the fleet, for the suites to be recognised by."""
    registry = next(iter(fleet.registries), None)
    first = next(iter(public), None)
    if registry is None:  # the loader has reported that
        return Sample("registry.invalid", "team", "harbor-team", first)
    for robot in fleet.robots:
        if robot.registry in (None, registry.name) and robot.all_projects:
            return Sample(registry.host, robot.all_projects[0], robot.secret, first)
    return Sample(registry.host, "team", "harbor-team", first)


def plan(fleet: model.Fleet, scenes: Mapping[str, Scene]) -> PolicyFiles:
    """The files below `policies/<engine>/`, and each environment's patches."""
    given = policy_input(fleet, scenes)
    patches, actions = {}, {}
    for name, scene in scenes.items():
        policies = scene.fleet.policies
        rules = policies.rules
        actions[name] = {policy: rules[policy].action if policy in rules else policies.action for policy in POLICIES}
        patches[name] = action_patches(given, actions[name])
    return PolicyFiles(FOLDER, tuple(plan_files(given, catalog_for(fleet))), patches, actions)


def judged(files: PolicyFiles) -> list[str]:
    """The files that schemas judge: not the suites' objects, which are wrong on purpose, nor ClusterResource, whose CRD
    knows no field of the objects that it is made to hold (the CLI reads it without that CRD)."""
    return [path for path in files.paths if not path.endswith("resources.yaml") and "/crds/" not in path]


def check(
    files: PolicyFiles, catalog: Catalog, texts: Mapping[str, tuple[str, Sequence[Mapping[str, Any]]]]
) -> list[Problem]:
    """What Kyverno's schemas, or Kustomize, refuse of the policies and suites; `texts` are text and objects by path."""
    problems: list[Problem] = []
    for path in judged(files):
        text, objects = texts[path]
        for data in objects:
            problems += check_own(data, path, catalog, text)
    return problems
