"""Which robots are due: those that expire soon, by Harbor or by the fleet, and those whose rotation has begun."""

from __future__ import annotations

import datetime

from mooring.fleet.formats import days
from mooring.harbor import expiry
from mooring.harbor.desired import Desired, Harbor
from mooring.harbor.matching import match
from mooring.harbor.reading import Seen
from mooring.harbor.robots import Robot


def due(harbor: Harbor, seen: Seen, within: datetime.timedelta | None, now: datetime.datetime) -> tuple[Desired, ...]:
    """The robots to rotate now; within each one's `rotateBefore` where `within` says nothing."""
    matched = match(harbor, seen)
    found = []
    for robot in harbor.robots:
        family = matched.families[robot.login]
        before = within or max(datetime.timedelta(days=days(own.rotate_before)) for own in robot.environments.values())
        if family and (is_under_way(robot, family) or _expires(robot, family) <= (now + before).date().isoformat()):
            found.append(robot)
    return tuple(found)


def is_under_way(robot: Desired, family: tuple[Robot, ...]) -> bool:
    """Whether a rotation has begun that is not at its end."""
    enabled = [one for one in family if not one.disabled]
    return len(enabled) > 1 or any(one.disabled and one.mark == robot.mark for one in family)


def _expires(robot: Desired, family: tuple[Robot, ...]) -> str:
    """The day on which the newest that is enabled expires, by whoever says the earlier one; `never` is after all days."""
    enabled = [one for one in family if not one.disabled]
    there = expiry.day(enabled[-1].expires_at) if enabled else "never"
    return min(there, robot.expires or "never")
