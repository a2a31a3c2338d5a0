"""Until when each robot of a fleet is valid, as plain data for a report of dates: what `expiry` says in problems."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import NamedTuple

from mooring.fleet.formats import days, parse_date
from mooring.plan.environment import ResolvedEnvironment


class RobotExpiry(NamedTuple):
    """A robot in an environment: `registry` is its host there, `known` whether the fleet says until when it is valid,
    `expires` the day from which it is not (None: never, or not known), `rotate_before` days."""

    environment: str
    robot: str
    registry: str
    known: bool
    expires: datetime.date | None
    rotate_before: int


def robot_expiries(by_environment: Mapping[str, ResolvedEnvironment], only: Collection[str] = ()) -> tuple[RobotExpiry, ...]:
    """The robots of all environments, or of the `only` ones, in the fleet's order."""
    found = []
    for name, resolved in by_environment.items():
        for robot in resolved.fleet.robots if not only or name in only else ():
            registry = resolved.fleet.registry_of(robot)
            expires = parse_date(robot.expires) if robot.expires is not None else None
            known = expires is not None or robot.expires == "never"
            host = registry.host if registry is not None else ""
            found.append(RobotExpiry(name, robot.name, host, known, expires, days(robot.rotate_before)))
    return tuple(found)
