"""The robots that the images in use need and the fleet does not have: what is pulled → least-privilege robots, as parts of a
fleet. Neither Harbor nor a credential is asked.

A robot is proposed for exactly the projects that services need and that no robot of the fleet covers in their namespace;
it is open to those namespaces alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from mooring.fleet.formats import FORMATS
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.namespace import plan_namespace
from mooring.plan.pulls import follow_pulls
from mooring.pulls.verdict import NOT_HARBOR, OF_IMAGE, PUBLIC, Pull
from mooring.registry.reference import meant

Per = Literal["projects", "service"]
_OTHER = frozenset({PUBLIC, NOT_HARBOR, *OF_IMAGE})
_NO_NAME = re.compile(r"[^a-z0-9.-]+")
_LONGEST = 63 - len("harbor-")  # so that the Secret's name is a label's value, too


class Service(NamedTuple):
    """Something that pulls: a service of the fleet, or an object among given manifests."""

    namespace: str
    name: str

    @property
    def said(self) -> str:
        return f"{self.namespace}/{self.name}"


class Use(NamedTuple):
    """A project of a registry that a service pulls from. `covering` are the fleet's robots that may be used for it there,
    by name; `names_robots` says that the service has a `robots` of its own."""

    service: Service
    registry: str
    project: str
    covering: tuple[str, ...] = ()
    names_robots: bool = False


class Proposed(NamedTuple):
    """A robot that is needed."""

    name: str
    registry: str
    projects: tuple[str, ...]
    namespaces: tuple[str, ...]
    services: tuple[Service, ...]


class Proposal(NamedTuple):
    """`robots` that are needed; `covered` are the uses that a robot of the fleet has; `naming` are services that must name
    their robots, since several may be used for a project; `unknown` is how many images could not be told; `namespaces` are
    those that the fleet does not have yet; `collisions` are names that two would have, with what each is for."""

    robots: tuple[Proposed, ...]
    covered: tuple[Use, ...]
    naming: Mapping[Service, tuple[str, ...]]
    unknown: int
    namespaces: tuple[str, ...]
    collisions: tuple[tuple[str, str, str], ...]


def uses_of_fleet(resolved: ResolvedEnvironment) -> tuple[list[Use], int]:
    """What the services of the fleet pull in one environment, and how many images could not be told."""
    found: list[Use] = []
    unknown = 0
    for namespace in resolved.namespaces.values():
        planned = plan_namespace(resolved, namespace)
        services = {one.original.ref: one.original.service for one in planned.injected}
        for pull in follow_pulls(resolved, planned)[0]:
            service = services[pull.object]
            use = _use(resolved, pull, Service(namespace.name, service.name), names_robots=service.robots is not None)
            found += [use] if isinstance(use, Use) else []
            unknown += use is None
    return found, unknown


def uses_of_manifests(resolved: ResolvedEnvironment, pulls: Iterable[Pull]) -> tuple[list[Use], int]:
    """The same of the pulls that given manifests come to in one environment."""
    found: list[Use] = []
    unknown = 0
    for pull in pulls:
        if pull.environment == resolved.name and pull.object.namespace not in ("", CLUSTER):
            use = _use(resolved, pull, Service(pull.object.namespace, pull.object.name), names_robots=False)
            found += [use] if isinstance(use, Use) else []
            unknown += use is None
    return found, unknown


def _use(resolved: ResolvedEnvironment, pull: Pull, service: Service, *, names_robots: bool) -> Use | Literal[False] | None:
    """What a pull needs; False where that is no robot, None where the image cannot be told."""
    if pull.verdict in _OTHER:
        return False
    reference = meant(pull.image) if pull.image else None
    registry = resolved.registries.recognise(reference) if reference is not None else None
    if reference is None or registry is None or not FORMATS["harbor-name"].test(reference.project):
        return None
    usable = resolved.robots.usable(registry.name, reference.project, service.namespace)
    names = tuple(robot.name for robot in usable.robots)
    return Use(service, registry.name, reference.project, names, names_robots)


def propose(uses: Iterable[Use], unknown: int, per: Per, known: Iterable[ResolvedEnvironment]) -> Proposal:
    """The robots that are needed, one for each service, or for each set of projects that services need."""
    environments = list(known)
    found = sorted(set(uses))
    robots = tuple(_robots([use for use in found if not use.covering], per, environments))
    there = {name for one in environments for name in one.namespaces}
    new = {namespace for robot in robots for namespace in robot.namespaces} - there
    covered = tuple(use for use in found if use.covering)
    collisions = tuple(_collisions(robots, environments))
    return Proposal(robots, covered, _naming(found, robots), unknown, tuple(sorted(new)), collisions)


def _robots(missing: list[Use], per: Per, environments: list[ResolvedEnvironment]) -> Iterator[Proposed]:
    """A robot for each set of projects, or for each service, that lacks some; in order of their names."""
    needed: dict[tuple[str, Service], set[str]] = {}
    for use in missing:
        needed.setdefault((use.registry, use.service), set()).add(use.project)
    groups: dict[tuple[str, tuple[str, ...], Service | None], list[Service]] = {}
    for (registry, service), lacking in needed.items():
        key = (registry, tuple(sorted(lacking)), service if per == "service" else None)
        groups.setdefault(key, []).append(service)
    first = environments[0].fleet.registries[0].name if environments and environments[0].fleet.registries else ""
    made = []
    for (registry, projects, own), services in groups.items():
        words = [own.namespace, own.name] if own is not None else projects
        name = _name([*([] if registry == first else [registry]), *words])
        namespaces = tuple(sorted({service.namespace for service in services}))
        made.append(Proposed(name, registry, projects, namespaces, tuple(sorted(services))))
    yield from sorted(made)


def _name(words: Iterable[str]) -> str:
    """A name that Kubernetes takes, of words that Harbor or Kubernetes took."""
    return _NO_NAME.sub("-", "-".join(words)).strip("-.")


def _collisions(robots: Iterable[Proposed], environments: list[ResolvedEnvironment]) -> Iterator[tuple[str, str, str]]:
    """The names that two robots would have, or that are no names, and what each of both is."""
    taken = {name: "a robot of the fleet" for one in environments for name in one.robots.by_name}
    for robot in robots:
        what = f"the proposed one for {', '.join(robot.projects)}"
        if len(robot.name) > _LONGEST or not FORMATS["kubernetes-name"].test(robot.name):
            yield robot.name, f"a name that no Secret can have (at most {_LONGEST} characters)", what
        elif robot.name in taken:
            yield robot.name, taken[robot.name], what
        taken.setdefault(robot.name, what)


def _naming(uses: list[Use], robots: tuple[Proposed, ...]) -> dict[Service, tuple[str, ...]]:
    """The services that must say which robots pull for them, and which."""
    own = {(robot.registry, service): robot for robot in robots for service in robot.services}
    chosen: dict[Service, dict[str, None]] = {}
    must: set[Service] = set()
    for use in uses:
        open_to = [
            robot.name
            for robot in robots
            if robot.registry == use.registry and use.project in robot.projects and use.service.namespace in robot.namespaces
        ]
        mine = own.get((use.registry, use.service))
        is_mine = mine is not None and use.project in mine.projects
        chosen.setdefault(use.service, {})[mine.name if mine is not None and is_mine else use.covering[0]] = None
        if len({*open_to, *use.covering}) > 1 or (use.names_robots and is_mine):
            must.add(use.service)
    return {service: tuple(chosen[service]) for service in sorted(must)}
