"""The policies of a fleet: the files of each engine, the same whatever its environments are, and what each environment
makes of those of its engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.fleet import model
from mooring.fleet.policy_names import KUBERNETES, KYVERNO, MUTATING, MUTATING_KIND
from mooring.manifests.checking import check_own
from mooring.plan.environment import CLUSTER, ResolvedEnvironment, catalog_for, registries_of
from mooring.policies import page
from mooring.policies.model import Exempt, PolicyInput, Sample, Text
from mooring.policies.plan import (
    KEPT,
    PARAMETERS,
    REPORTS_ROLE,
    ROLE,
    folder,
    made,
    mutating_parameters,
    objects_of,
    patches,
    policy_files,
)
from mooring.policies.plan import plan as plan_files
from mooring.problems.problem import ObjectRef, Problem
from mooring.registry.registries import Registries
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact


@dataclass(frozen=True, slots=True)
class EngineFiles:
    """The fleet's files of one engine, the same whatever the environments are: `artifacts`, the `page` for people, and the
    `objects` that they hold. `given` is what they are made from, `found` the text of each policy."""

    given: PolicyInput
    found: Mapping[str, Text]
    artifacts: tuple[Artifact, ...]
    page: str
    objects: tuple[ObjectRef, ...]

    @property
    def folder(self) -> str:
        return folder(self.given.engine)


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """`engines` are those that some environment uses.

    By environment: `patches`, the Kustomize patches of its `_cluster`; `extra`, files of the policies that are on there
    alone; `inputs`, what its policies are made from. `catalog` has the fleet's own versions, whatever an environment's are.
    """

    catalog: Catalog
    engines: Mapping[str, EngineFiles]
    patches: Mapping[str, list[Any]]
    extra: Mapping[str, list[Artifact]]
    inputs: Mapping[str, PolicyInput]

    def of(self, environment: str) -> EngineFiles:
        """The files of the environment's engine."""
        return self.engines[self.inputs[environment].engine]

    def of_cluster(self, environment: str) -> list[Artifact]:
        """The policies as an environment's cluster is given them."""
        files, own = self.of(environment), self.inputs[environment]
        around = [artifact for artifact in files.artifacts if artifact.template in (ROLE, KEPT)]
        shared = dataclasses.replace(own, actions={name: own.actions[name] for name in own.actions if name in files.found})
        return [*around, *policy_files(shared, self.catalog, files.folder), *self.extra[environment]]

    @property
    def artifacts(self) -> list[Artifact]:
        return [artifact for files in self.engines.values() for artifact in files.artifacts]

    @property
    def pages(self) -> dict[str, str]:
        """Texts for people, by path."""
        return {f"{files.folder}/README.md": files.page for files in self.engines.values()}

    @property
    def paths(self) -> list[str]:
        return [artifact.path for artifact in self.artifacts]


def policy_input(fleet: model.Fleet, engine: str = "") -> PolicyInput:
    """The policies with the fleet's own registries, for its own engine or another one."""
    policies = fleet.policies
    known = _of_registries(registries_of(fleet))
    return PolicyInput(
        engine=engine or policies.engine,
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
    """The files below `policies/<engine>/` of each engine in use, and what each environment makes of its own."""
    catalog = catalog_for(fleet)
    used: list[str] = sorted({resolved.fleet.policies.engine for resolved in by_environment.values()})
    engines = {engine: _of_engine(policy_input(fleet, engine), catalog) for engine in used}
    patched, extra, inputs = {}, {}, {}
    for name, resolved in by_environment.items():
        files, actions = engines[resolved.fleet.policies.engine], resolved.fleet.policies.actions()
        own = dataclasses.replace(files.given, actions=actions, **_of_registries(resolved.registries))
        alone = dataclasses.replace(own, actions={each: actions[each] for each in actions if each not in files.found})
        patched[name] = patches(files.given, files.found, own, catalog)
        extra[name] = policy_files(alone, resolved.catalog, f"overlays/{name}/{CLUSTER}")
        if _mutates(resolved):
            extra[name].append(mutating_parameters(f"overlays/{name}/{CLUSTER}"))
        inputs[name] = own
    return PolicyFiles(catalog, engines, patched, extra, inputs)


def _mutates(resolved: ResolvedEnvironment) -> bool:
    """Whether the environment's API server adds to what is written, or may have: by a policy that is named, even where it
    is off by now, or where Kyverno judges by now and the version says that the API server could."""
    policies, version = resolved.fleet.policies, resolved.fleet.versions.kubernetes
    there = policies.engine == KUBERNETES or version is not None
    return MUTATING in policies.rules and there and resolved.catalog.kind(*MUTATING_KIND) is not None


def _of_engine(given: PolicyInput, catalog: Catalog) -> EngineFiles:
    """The fleet's files of one engine."""
    found, here, artifacts = made(given, catalog), folder(given.engine), plan_files(given, catalog)
    paths = {f"{here}/{name}.yaml" for name in found}
    text = page.page(given, found, catalog, [artifact for artifact in artifacts if artifact.path in paths])
    return EngineFiles(given, found, tuple(artifacts), text, tuple(_objects(given, found)))


def _objects(given: PolicyInput, found: Mapping[str, Text]) -> Iterator[ObjectRef]:
    """The objects of the fleet's policies, and what stands beside them."""
    for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"):
        yield ObjectRef("admissionregistration.k8s.io/v1", kind, "", PARAMETERS)
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
