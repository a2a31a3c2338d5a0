"""An environment's namespace → the files of its overlay: what each holds is decided here, templates only place it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from typing import Any

from mooring.fleet import model
from mooring.fleet.robots import Robots
from mooring.manifests.service import service_problem
from mooring.plan.access import long_names, plan_access
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops import tenants
from mooring.plan.outputs import Claim, check
from mooring.plan.planned import Planned, kustomization
from mooring.plan.services import ServiceFiles, plan_services
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.templating.artifact import Artifact

# Which robot is the right one depends on the namespace, and that is what is wrong.
_BY_NAMESPACE = frozenset({"ambiguous-robot"})


def plan_namespace(resolved: ResolvedEnvironment, namespace: model.Namespace) -> Planned:
    """Everything below `overlays/<env>/<namespace>/`."""
    folder = f"overlays/{resolved.name}/{namespace.name}"
    services = plan_services(resolved, namespace.name, f"{folder}/services")
    robots = [resolved.robots.by_name[name] for name in sorted(_needed(resolved, namespace.name, services))]
    team = tenants.rights(resolved, namespace.name, services.injected, services.others, f"{folder}/access")
    access = plan_access(resolved, namespace, robots, services.injected, f"{folder}/access", team)
    roots = ["access"]
    artifacts = [*services.artifacts, *access.artifacts]
    if services.resources:
        roots.append("services")
        artifacts.append(
            kustomization(f"{folder}/services", services.resources, namespace=namespace.name, patches=services.patches)
        )
    artifacts.append(kustomization(folder, roots))
    planned = _planned(resolved, services, artifacts, robots, access.claims, access.problems)
    planned.ciphertexts |= access.ciphertexts
    return planned


def namespaces_of(resolved: ResolvedEnvironment, robot: str) -> tuple[str, ...]:
    """The namespaces in which the robot's Secret stands: those of the services that need it, and those it names itself."""
    return tuple(
        namespace.name
        for namespace in resolved.fleet.namespaces
        if robot in _needed(resolved, namespace.name, plan_services(resolved, namespace.name, ""))
    )


def _needed(resolved: ResolvedEnvironment, namespace: str, services: ServiceFiles) -> set[str]:
    """The names of the robots whose Secrets a namespace has."""
    return {name for one in services.injected for name in one.robots} | set(resolved.robots.standing(namespace))


def plan_cluster(
    resolved: ResolvedEnvironment, policies: str | None, patches: Sequence[Any], extra: Sequence[Artifact] = ()
) -> Planned:
    """`overlays/<env>/_cluster`: the policies' folder, `extra` policies of its own, and what stands in no namespace."""
    folder = f"overlays/{resolved.name}/{CLUSTER}"
    services = plan_services(resolved, CLUSTER, folder)
    above = [os.path.relpath(policies, folder)] if policies else []
    own = [os.path.relpath(artifact.path, folder) for artifact in extra]
    root = kustomization(folder, [*above, *own, *services.resources], patches=[*patches, *services.patches])
    return _planned(resolved, services, [*services.artifacts, *extra, root], problems=[*long_names((), services.injected)])


def _planned(
    resolved: ResolvedEnvironment,
    services: ServiceFiles,
    artifacts: list[Artifact],
    robots: Sequence[model.Robot] = (),
    claims: Sequence[Claim] = (),
    problems: Sequence[Problem] = (),
) -> Planned:
    """All of it, and what collides among its files: mooring's own come first, services in the fleet's order."""
    own = [
        Claim(artifact.path, "mooring")
        for artifact in artifacts
        if artifact.about is None and not artifact.template.startswith("secret/")
    ]
    claims = [*services.claims, *claims]
    clashes = check([*own, *claims], str(resolved.root))
    return Planned(
        artifacts, services.copies, services.injected, list(robots), [*services.problems, *problems, *clashes], claims,
        services.others, services.context,
    )  # fmt: skip


def plan_strays(resolved: ResolvedEnvironment) -> Planned:
    """The services whose namespace the fleet does not list: nothing is rendered, but what else is wrong is said too.

    Every robot counts as open to them: their namespace is not known.
    """
    strays = Planned()
    listed = {CLUSTER, *(namespace.name for namespace in resolved.fleet.namespaces)}
    names = [where for where in resolved.services if where not in listed]
    if not names:
        return strays
    robots = tuple(dataclasses.replace(robot, namespaces=None) for robot in resolved.fleet.robots)
    fleet = dataclasses.replace(resolved.fleet, robots=robots)
    opened = dataclasses.replace(resolved, robots=Robots(fleet, resolved.registries))
    for where in names:
        services = plan_services(opened, where, "")
        strays.injected += services.injected
        strays.problems += [problem for problem in services.problems if problem.code not in _BY_NAMESPACE]
    return strays


def plan_environment(resolved: ResolvedEnvironment) -> Artifact:
    """The root that takes in everything of the environment."""
    folders = [CLUSTER, *sorted(namespace.name for namespace in resolved.fleet.namespaces)]
    return kustomization(f"overlays/{resolved.name}", folders)


def default_namespace(resolved: ResolvedEnvironment) -> Iterator[Problem]:
    """`default` holds no pull Secret: what nobody placed lands there, with everybody's rights."""
    for service in resolved.services.get("default", ()):
        message = f"service {quote(service.name, 'name')} stands in namespace `default`"
        yield service_problem(service, "default-namespace", message, "namespace", hint="give it a namespace of its own")
