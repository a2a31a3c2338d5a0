"""Which of Harbor's robots are the fleet's: by name, each in any of its generations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mooring.fleet.generations import generations
from mooring.harbor.desired import Desired, Harbor
from mooring.harbor.names import prefix_of
from mooring.harbor.reading import Seen
from mooring.harbor.robots import Robot


@dataclass(frozen=True, slots=True)
class Matched:
    """`families`: the robots that each of the fleet's has in Harbor, by its login, the oldest first; `left` are all others;
    `prefix` is what Harbor puts before its robots' names now."""

    families: Mapping[str, tuple[Robot, ...]]
    left: tuple[Robot, ...]
    prefix: str


def match(harbor: Harbor, seen: Seen) -> Matched:
    """The robots of the fleet among those that were seen."""
    prefix = _prefix(harbor, seen)
    exact = {_name(robot, prefix) for robot in harbor.robots}
    by_name = {found.name: found for listed in seen.robots.values() for found in listed}
    families: dict[str, tuple[Robot, ...]] = {}
    for robot in harbor.robots:
        own = _name(robot, prefix)
        # What the fleet itself calls `x-b` is not the successor of its `x`.
        names = [own, *(name for name in names_of(robot, prefix) if name not in exact)]
        found = [by_name.pop(name) for name in dict.fromkeys(names) if name in by_name]
        families[robot.login] = tuple(sorted(found, key=lambda one: one.id))
    return Matched(families, tuple(sorted(by_name.values(), key=lambda one: one.name)), prefix)


def _name(robot: Desired, prefix: str) -> str:
    return robot.login if robot.is_adopted else robot.identity.login(prefix)


def names_of(robot: Desired, prefix: str) -> list[str]:
    """Every name that the robot may have in Harbor, its own first."""
    if robot.is_adopted:
        return list(generations(robot.login))
    return [robot.identity._replace(name=name).login(prefix) for name in generations(robot.identity.name)]


def _prefix(harbor: Harbor, seen: Seen) -> str:
    """The prefix that Harbor's configuration has now, as its robots show; the fleet's where there are none to see."""
    found = [prefix_of(robot.name, scope) for scope, listed in seen.robots.items() if scope for robot in listed]
    if harbor.registry.robot_prefix in found:
        return harbor.registry.robot_prefix  # a legacy robot's name may say anything
    known = Counter(prefix for prefix in found if prefix)
    return known.most_common(1)[0][0] if known else harbor.registry.robot_prefix
