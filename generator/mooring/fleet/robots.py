"""The robot accounts of an environment: which cover a project, which may be used in a namespace, what they are granted."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from mooring.fleet import model
from mooring.problems.problem import Step
from mooring.redaction import quote
from mooring.registry.registries import Registries


class Usable(NamedTuple):
    """The robots that cover a project and are open to a namespace: in the fleet's order, their names and Secrets."""

    robots: Sequence[model.Robot]
    names: Set[str]
    secrets: Set[str]


class Robots:
    """The robots of an environment, found by registry and project."""

    def __init__(self, fleet: model.Fleet, registries: Registries) -> None:
        self.by_name = {robot.name: robot for robot in fleet.robots}
        self.registries = registries
        first = fleet.registries[0].name if fleet.registries else ""
        self._covering: dict[tuple[str, str], list[model.Robot]] = {}
        for robot in fleet.robots:
            for project in robot.all_projects:
                self._covering.setdefault((robot.registry or first, project), []).append(robot)
        self._standing: dict[str, list[str]] = {}
        self._patterns: dict[str, list[str]] = {}
        for robot in self.by_name.values():
            for pattern in robot.namespaces or ():
                found = self._patterns if is_pattern(pattern) else self._standing
                found.setdefault(pattern, []).append(robot.name)
        self._usable: dict[tuple[str, str, str | None], Usable] = {}

    def covering(self, registry: str, project: str) -> Sequence[model.Robot]:
        return self._covering.get((registry, project), ())

    def usable(self, registry: str, project: str, namespace: str | None) -> Usable:
        """Those of them that may be used in `namespace`: made once, however many images ask for it."""
        key = (registry, project, namespace)
        if key not in self._usable:
            found = [robot for robot in self.covering(registry, project) if is_open(robot, namespace)]
            self._usable[key] = Usable(found, {robot.name for robot in found}, {robot.secret for robot in found})
        return self._usable[key]

    def standing(self, namespace: str) -> Iterable[str]:
        """The robots whose Secret stands in `namespace` even without a service."""
        yield from self._standing.get(namespace, ())
        for pattern, names in self._patterns.items():
            if _matcher(pattern)(namespace):
                yield from names


def is_pattern(text: str) -> bool:
    return any(character in text for character in "*?[")


@functools.lru_cache(maxsize=1 << 16)
def _matcher(pattern: str) -> Callable[[str], object]:
    """`fnmatchcase`, whose own cache holds no more than 256 patterns."""
    return re.compile(fnmatch.translate(pattern)).match


def is_open(robot: model.Robot, namespace: str | None) -> bool:
    """Whether the robot may be used in `namespace`; a cluster-scoped object (None) is looked up where it is used."""
    if robot.namespaces is None or namespace is None or namespace in robot.namespaces:
        return True
    return any(_matcher(pattern)(namespace) for pattern in robot.namespaces if is_pattern(pattern))


def granted(robots: Iterable[model.Robot]) -> Iterator[Step]:
    """Where the fleet says what robots may pull."""
    for robot in robots:
        projects = ", ".join(quote(project, "name") for project in robot.all_projects)
        key = "projects" if robot.projects else "project"
        yield from _robot_step(robot, f"robot {quote(robot.name, 'name')} may pull from {projects}", key)


def opened(robot: model.Robot) -> Iterator[Step]:
    """Where the fleet says which namespaces a robot is open to."""
    return _robot_step(robot, f"the namespaces that robot {quote(robot.name, 'name')} is open to", "namespaces")


def _robot_step(robot: model.Robot, message: str, key: str) -> Iterator[Step]:
    """A robot at its `key`, or at its name where an environment adds the key; none where it stands in no file."""
    if robot.place is not None:
        source, route = robot.place.source, robot.place.route
        yield Step(message, source=source, route=(*route, key if source.has((*route, key)) else "name"))
