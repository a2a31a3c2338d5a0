"""The policies of a fleet: their files, the same whatever its environments are, and what each environment makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.fleet import model
from mooring.fleet.policy_names import KYVERNO
from mooring.manifests.checking import check_own
from mooring.plan.environment import CLUSTER, ResolvedEnvironment, catalog_for, registries_of
from mooring.policies import page
from mooring.policies.model import Exempt, PolicyInput, Sample, Text
from mooring.policies.plan import REPORTS_ROLE, ROLE, folder, made, objects_of, patches, policy_files
from mooring.policies.plan import plan as plan_files
from mooring.problems.problem import ObjectRef, Problem
from mooring.registry.registries import Registries
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """`artifacts` are the fleet's files, the same whatever its environments are; `pages` texts for people, by path.

    By environment: `patches`, the Kustomize patches of its `_cluster`; `extra`, files of the policies that are on there
    alone; `inputs`, what its policies are made from. `objects` are those of the fleet's files.
    """

    folder: str
    artifacts: tuple[Artifact, ...]
    pages: Mapping[str, str]
    patches: Mapping[str, list[Any]]
    extra: Mapping[str, list[Artifact]]
    inputs: Mapping[str, PolicyInput]
    objects: tuple[ObjectRef, ...]

    def of_cluster(self, environment: str, catalog: Catalog) -> list[Artifact]:
        """The policies as an environment's cluster is given them."""
        roles = [artifact for artifact in self.artifacts if artifact.template == ROLE]
        return [*roles, *policy_files(self.inputs[environment], catalog, self.folder)]

    @property
    def paths(self) -> list[str]:
        return [artifact.path for artifact in self.artifacts]


def policy_input(fleet: model.Fleet) -> PolicyInput:
    """The policies with the fleet's own registries."""
    policies = fleet.policies
    known = _of_registries(registries_of(fleet))
    return PolicyInput(
        engine=policies.engine,
        **known,
        actions=policies.actions(),
        failure_policy=policies.failure_policy,
        explicit=policies.explicit,
        identities=policies.identities,
        other_registries=policies.other_registries,
        exempt=tuple(Exempt(item.namespace, item.policies, item.reason, item.until) for item in policies.exempt),
        sample=_sample(fleet, known["public"]),
        suites=policies.suites,
        dry_run=policies.dry_run,
    )


def _of_registries(registries: Registries) -> dict[str, Any]:
    """What the policies' facts are made of."""
    by_name = sorted(registries.all, key=lambda registry: registry.name)
    public = {f"{host}/{project}" for registry in by_name for host in registry.hosts for project in registry.public_projects}
    return {
        "registries": tuple(tuple(sorted(registry.hosts)) for registry in by_name),
        "public": tuple(sorted(public)),
        "robot_prefixes": tuple(sorted({registry.robot_prefix for registry in by_name})) or ("robot$",),
    }


def _sample(fleet: model.Fleet, public: tuple[str, ...]) -> Sample:
    """A host, a project and a Secret of the fleet, for the suites to be recognised by."""
    registry = next(iter(fleet.registries), None)
    first = next(iter(public), None)
    if registry is None:  # the loader has reported that
        return Sample("registry.invalid", "team", "harbor-team", first)
    host, prefix = registry.host, registry.robot_prefix
    for robot in fleet.robots:
        private = [project for project in robot.all_projects if f"{host}/{project}" not in public]
        if robot.registry in (None, registry.name) and private:
            return Sample(host, private[0], robot.secret, first, robot.full_login(prefix))
    return Sample(host, "team", "harbor-team", first, f"{prefix}team+app")


def plan(fleet: model.Fleet, by_environment: Mapping[str, ResolvedEnvironment]) -> PolicyFiles:
    """The files below `policies/<engine>/`, and what each environment makes of them."""
    given, catalog = policy_input(fleet), catalog_for(fleet)
    found = made(given, catalog)
    patched, extra, inputs = {}, {}, {}
    for name, resolved in by_environment.items():
        actions = resolved.fleet.policies.actions()
        own = dataclasses.replace(given, actions=actions, **_of_registries(resolved.registries))
        alone = dataclasses.replace(own, actions={each: actions[each] for each in actions if each not in found})
        patched[name] = patches(given, found, own, catalog)
        extra[name] = policy_files(alone, catalog, f"overlays/{name}/{CLUSTER}")
        inputs[name] = own
    here, artifacts = folder(given.engine), plan_files(given, catalog)
    paths = {f"{here}/{name}.yaml" for name in found}
    text = page.page(given, found, catalog, [artifact for artifact in artifacts if artifact.path in paths])
    return PolicyFiles(
        here,
        tuple(artifacts),
        {f"{here}/README.md": text},
        patched,
        extra,
        inputs,
        tuple(_objects(given, found)),
    )


def _objects(given: PolicyInput, found: Mapping[str, Text]) -> Iterator[ObjectRef]:
    """The objects of the fleet's policies."""
    if given.engine == KYVERNO and found:
        yield ObjectRef("rbac.authorization.k8s.io/v1", "ClusterRole", "", REPORTS_ROLE)
    for name, text in found.items():
        for api, kind, each in objects_of(given.engine, name, text):
            yield ObjectRef(api, kind, "", each)


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
