"""The policies of a fleet: their files, the same for all environments, and what each environment patches of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.fleet import model
from mooring.manifests.checking import check_own
from mooring.plan.environment import ResolvedEnvironment, catalog_for
from mooring.policies import page
from mooring.policies.decisions import Sample
from mooring.policies.model import Exempt, PolicyInput, Text
from mooring.policies.plan import folder, made, objects_of, patches
from mooring.policies.plan import plan as plan_files
from mooring.problems.problem import ObjectRef, Problem
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """`texts` are the policies that are rendered; `pages` texts for people, by path; `patches` the Kustomize patches of
    each environment's `_cluster`, by environment; `actions` what the policies that are on there lead to, by environment
    and policy; `objects` what a cluster is given of them."""

    folder: str
    artifacts: tuple[Artifact, ...]
    texts: Mapping[str, Text]
    pages: Mapping[str, str]
    patches: Mapping[str, list[Any]]
    actions: Mapping[str, Mapping[str, str]]
    objects: tuple[ObjectRef, ...]

    @property
    def paths(self) -> list[str]:
        return [artifact.path for artifact in self.artifacts]


def policy_input(fleet: model.Fleet, by_environment: Mapping[str, ResolvedEnvironment]) -> PolicyInput:
    """Hosts and public projects of all environments: the policies' text is one for all of them."""
    hosts: dict[str, set[str]] = {}
    public, prefixes = set(), set()
    for registry in (registry for resolved in by_environment.values() for registry in resolved.registries.all):
        hosts.setdefault(registry.name, set()).update(registry.hosts)
        public |= {f"{host}/{project}" for host in registry.hosts for project in registry.public_projects}
        prefixes.add(registry.robot_prefix)
    policies = fleet.policies
    actions: dict[str, str] = {}
    for policy_set in (policies, *(resolved.fleet.policies for resolved in by_environment.values())):
        for name, action in policy_set.actions().items():
            actions.setdefault(name, action)
    return PolicyInput(
        engine=policies.engine,
        registries=tuple(tuple(sorted(hosts[name])) for name in sorted(hosts)),
        public=tuple(sorted(public)),
        robot_prefixes=tuple(sorted(prefixes)) or ("robot$",),
        actions=actions,
        failure_policy=policies.failure_policy,
        explicit=policies.explicit,
        identities=policies.identities,
        other_registries=policies.other_registries,
        exempt=tuple(Exempt(item.namespace, item.policies, item.reason, item.until) for item in policies.exempt),
        sample=_sample(fleet, tuple(sorted(public))),
    )


def _sample(fleet: model.Fleet, public: tuple[str, ...]) -> Sample:
    """A host, a project and a Secret of the fleet, for the suites to be recognised by."""
    registry = next(iter(fleet.registries), None)
    first = next(iter(public), None)
    if registry is None:  # the loader has reported that
        return Sample("registry.invalid", "team", "harbor-team", first)
    prefix = registry.robot_prefix
    for robot in fleet.robots:
        if robot.registry in (None, registry.name) and robot.all_projects:
            return Sample(registry.host, robot.all_projects[0], robot.secret, first, robot.full_login(prefix), prefix)
    return Sample(registry.host, "team", "harbor-team", first, f"{prefix}team+app", prefix)


def plan(fleet: model.Fleet, by_environment: Mapping[str, ResolvedEnvironment]) -> PolicyFiles:
    """The files below `policies/<engine>/`, and each environment's patches."""
    given, catalog = policy_input(fleet, by_environment), catalog_for(fleet)
    found = made(given, catalog)
    actions = {
        name: {policy: action for policy, action in resolved.fleet.policies.actions().items() if policy in found}
        for name, resolved in by_environment.items()
    }
    return PolicyFiles(
        folder(given.engine),
        tuple(plan_files(given, catalog)),
        found,
        {f"{folder(given.engine)}/README.md": page.page(given, found)},
        {name: patches(given, found, wanted) for name, wanted in actions.items()},
        actions,
        tuple(
            ObjectRef(api, kind, "", each)
            for name, text in found.items()
            for api, kind, each in objects_of(given.engine, name, text)
        ),
    )


def checked_paths(files: PolicyFiles) -> list[str]:
    """The files that schemas judge: not the suites' objects, which are wrong on purpose, nor ClusterResource, whose CRD
    knows no field of the objects that it is made to hold (the CLI reads it without that CRD)."""
    return [path for path in files.paths if "/tests/" not in path or path.endswith("/kyverno-test.yaml")]


def check(
    files: PolicyFiles, catalog: Catalog, texts: Mapping[str, tuple[str, Sequence[Mapping[str, Any]]]]
) -> list[Problem]:
    """What Kyverno's schemas, or Kustomize, refuse of the policies and suites; `texts` are text and objects by path."""
    problems: list[Problem] = []
    for path in checked_paths(files):
        text, objects = texts[path]
        for data in objects:
            problems += check_own(data, path, catalog, text)
    return problems
