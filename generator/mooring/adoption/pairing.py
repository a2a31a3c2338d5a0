"""What is one thing in several environments under different names: registries by their hosts, robots by their Secrets.

The services tell: an image that stands at the same place of the same object comes from the same registry, and is pulled by
the same robot. Only what holds for all of them, in both directions, makes one of two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from mooring.adoption.survey import AdoptedRobot, AdoptedService, Survey
from mooring.registry.reference import pulled

_Key = TypeVar("_Key")


@dataclass(slots=True)
class PairedRegistry:
    """A registry of the fleet: its `name`, and its host by environment; the first one is the fleet's."""

    name: str
    hosts: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return next(iter(self.hosts.values()))


@dataclass(slots=True)
class PairedRobot:
    """A robot of the fleet: its registry, and what it is in each environment that has it; the first is the fleet's."""

    registry: PairedRegistry
    by_environment: dict[str, AdoptedRobot] = field(default_factory=dict)
    name: str = ""

    @property
    def first(self) -> AdoptedRobot:
        return next(iter(self.by_environment.values()))

    @property
    def keys(self) -> set[tuple[str, str]]:
        """What its Secrets are called, each with the host."""
        return {(robot.host, robot.secret) for robot in self.by_environment.values()}


def pair_registries(surveys: Sequence[Survey]) -> list[PairedRegistry]:
    """The registries of all environments, each once."""
    found: list[PairedRegistry] = []
    for index, here in enumerate(surveys):
        moves = set(_moves(surveys[:index], here))
        for host in here.registries:
            paired = next((one for one in found if one.host == host), None)
            if paired is None:
                free = (one for one in found if here.environment not in one.hosts and one.host not in here.registries)
                paired = next((one for one in free if _only(moves, set(one.hosts.values()), host)), None)
            if paired is None:
                paired = PairedRegistry(f"harbor-{len(found)}" if found else "harbor")
                found.append(paired)
            paired.hosts[here.environment] = host
    return found


def _only(moves: set[tuple[_Key, _Key]], before: set[_Key], after: _Key) -> bool:
    """Whether what came from one of `before` comes from `after` now, and nothing else does."""
    ends, starts = {end for start, end in moves if start in before}, {start for start, end in moves if end == after}
    return ends == {after} and starts <= before


def _both(before: Sequence[Survey], here: Survey) -> Iterator[tuple[AdoptedService, AdoptedService]]:
    """The services of an environment that an earlier one has too."""
    for survey in before:
        for identity, service in here.services.items():
            if identity in survey.services:
                yield survey.services[identity], service


def _moves(before: Sequence[Survey], here: Survey) -> Iterator[tuple[str, str]]:
    """The hosts of the images that stand at one place of one object, earlier and here."""
    for old, new in _both(before, here):
        for route, image in old.images.items():
            was, now = pulled(image), pulled(new.images.get(route, ""))
            if was is not None and now is not None:
                yield was.host, now.host


def pair_robots(surveys: Sequence[Survey], registries: Sequence[PairedRegistry]) -> list[PairedRobot]:
    """The robots of all environments, each once and with a name."""
    found: list[PairedRobot] = []
    for index, here in enumerate(surveys):
        by_host = {one.hosts[here.environment]: one for one in registries if here.environment in one.hosts}
        moves = {
            ((was.host, was.secret), (now.host, now.secret))
            for old, new in _both(surveys[:index], here)
            if len(old.robots) == len(new.robots)
            for was, now in zip(old.robots, new.robots, strict=True)
        }
        own = {(robot.host, robot.secret) for robot in here.robots}
        for robot in here.robots:
            registry, key = by_host[robot.host], (robot.host, robot.secret)
            free = [one for one in found if one.registry is registry and here.environment not in one.by_environment]
            paired = next((one for one in free if one.first.secret == robot.secret), None)
            if paired is None:
                free = [one for one in free if not any((robot.host, secret) in own for _, secret in one.keys)]
                paired = next((one for one in free if _only(moves, one.keys, key)), None)
            if paired is None:
                paired = PairedRobot(registry)
                found.append(paired)
            paired.by_environment[here.environment] = robot
    _name(found, is_one_registry=len(registries) == 1)
    return found


def _name(robots: Sequence[PairedRobot], *, is_one_registry: bool) -> None:
    """Names each robot as its Secret; without the environment's name where that is all that differs."""
    for robot in robots:
        stems = {_stem(one.secret, environment) for environment, one in robot.by_environment.items()}
        secrets = {one.secret for one in robot.by_environment.values()}
        robot.name = stems.pop() if len(stems) == 1 and len(secrets) > 1 else robot.first.secret
        robot.name += "" if is_one_registry else f"-{robot.registry.name}"
    taken: set[str] = set()
    for robot in robots:
        name, number = robot.name, 1
        while robot.name in taken:
            number += 1
            robot.name = f"{name}-{number}"
        taken.add(robot.name)


def _stem(secret: str, environment: str) -> str:
    return secret.removesuffix(f"-{environment}").removeprefix(f"{environment}-") or secret
