"""What is one thing in several environments under different names: registries by their hosts, robots by their Secrets.

The services tell: an image that stands at the same place of the same object comes from the same registry, and is pulled by
the same robot. Only what holds for all of them, in both directions, makes one of two.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from mooring.adoption.survey import AdoptedRobot, AdoptedService, Survey
from mooring.registry.reference import pulled

_Key = TypeVar("_Key")


@dataclass(slots=True)
class PairedRegistry:
    """A registry of the fleet: its `name`, and its host by environment; the first one is the fleet's, or `base`, where it
    is in a fleet already."""

    name: str
    hosts: dict[str, str] = field(default_factory=dict)
    base: str = ""

    @property
    def host(self) -> str:
        return self.base or next(iter(self.hosts.values()))


@dataclass(slots=True)
class PairedRobot:
    """A robot of the fleet: its registry, and what it is in each environment that has it; the first is the fleet's, or
    `base`, where it is in a fleet already."""

    registry: PairedRegistry
    by_environment: dict[str, AdoptedRobot] = field(default_factory=dict)
    name: str = ""
    base: AdoptedRobot | None = None

    @property
    def first(self) -> AdoptedRobot:
        return self.base or next(iter(self.by_environment.values()))

    @property
    def keys(self) -> set[tuple[str, str]]:
        """What its Secrets are called, each with the host."""
        return {(robot.host, robot.secret) for robot in self.by_environment.values()}


def pair_registries(surveys: Sequence[Survey], known: Sequence[PairedRegistry] = ()) -> list[PairedRegistry]:
    """The registries of all environments, each once; `known` are those that the fleet has already."""
    found = [PairedRegistry(one.name, dict(one.hosts), one.host) for one in known]
    for index, here in enumerate(surveys):
        moves = set(_moves(surveys[:index], here))
        for host in here.registries:
            there = (one for one in found if one.hosts.get(here.environment, one.host) == host)
            paired = next(there, None)
            if paired is None:
                free = (one for one in found if here.environment not in one.hosts and one.host not in here.registries)
                paired = next((one for one in free if _only(moves, set(one.hosts.values()), host)), None)
            if paired is None:
                paired = PairedRegistry(_free("harbor", {one.name for one in found}))
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


def pair_robots(
    surveys: Sequence[Survey], registries: Sequence[PairedRegistry], known: Sequence[PairedRobot] = ()
) -> list[PairedRobot]:
    """The robots of all environments, each once and with a name; `known` are those that the fleet has already."""
    by_name = {one.name: one for one in registries}
    found = [PairedRobot(by_name[one.registry.name], dict(one.by_environment), one.name, one.base) for one in known]
    for index, here in enumerate(surveys):
        by_host = {one.hosts[here.environment]: one for one in registries if here.environment in one.hosts}
        moves = {
            ((was.host, was.secret), (now.host, now.secret))
            for old, new in _both(surveys[:index], here)
            if len(old.robots) == len(new.robots)
            for was, now in zip(old.robots, new.robots, strict=True)
        }
        own = {(robot.host, robot.secret) for robot in here.robots}
        named = {id(one.by_environment.get(here.environment)) for one in found}
        for robot in here.robots:
            if id(robot) in named:
                continue
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
    """Names each robot that has no name as its Secret; without the environment's name where that is all that differs."""
    taken = {robot.name for robot in robots if robot.name}
    for robot in robots:
        if robot.name:
            continue
        stems = {_stem(one.secret, environment) for environment, one in robot.by_environment.items()}
        secrets = {one.secret for one in robot.by_environment.values()}
        name = stems.pop() if len(stems) == 1 and len(secrets) > 1 else robot.first.secret
        robot.name = _free(name + ("" if is_one_registry else f"-{robot.registry.name}"), taken)
        taken.add(robot.name)


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with the first number behind it that makes it another one where it is taken."""
    numbered = (f"{name}-{number}" for number in itertools.count(1))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _stem(secret: str, environment: str) -> str:
    return secret.removesuffix(f"-{environment}").removeprefix(f"{environment}-") or secret
