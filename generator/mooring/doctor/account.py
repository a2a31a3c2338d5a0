"""What Harbor's API says of a robot whose credential the registry refused: which of the reasons it is.

A caller who may list the robots sees whether one is there, enabled and valid; then only its secret can be wrong.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from mooring.harbor.api import Api, Project
from mooring.harbor.rights import Caller
from mooring.harbor.robots import Robot
from mooring.redaction import quote


class Told(NamedTuple):
    """The reason of `refusal.REASONS`, empty where Harbor does not tell it; and a fact, in our words."""

    reason: str
    detail: str


def account(api: Api, login: str, prefix: str, now: datetime.datetime) -> Told:
    """What Harbor has of a login; `prefix` is what the fleet says that robots' names begin with."""
    caller = api.me("")
    if not isinstance(caller, Caller):
        return Told("", caller.message)
    head, plus, _ = login.rpartition("+")
    if not plus and not login.startswith(prefix):
        return Told("", f"{quote(login, 'name')} is no robot's login: Harbor's robots were not asked for")
    scope: Project | None = None
    if plus:
        name = head.removeprefix(prefix)
        found = api.project(name)
        if found is None:
            return Told("", f"Harbor shows no project {quote(name, 'name')} to who was asked as")
        if not isinstance(found, Project):
            return Told("", found.message)
        scope = found
    robots = api.robots(scope)
    if not isinstance(robots, tuple):
        return Told("", robots.message)
    same = next((robot for robot in robots if robot.name == login), None)
    if same is not None:
        return _state(same, now)
    stored = f"{scope.name}{login[len(head) :]}" if scope is not None else login.removeprefix(prefix)
    other = next((robot for robot in robots if robot.name.endswith(stored) and len(robot.name) > len(stored)), None)
    if other is not None and scope is not None:
        return Told("renamed", f"Harbor shows the robot as {quote(other.name, 'name')}")
    return Told("deleted", f"Harbor has no robot {quote(login, 'name')}")


def _state(robot: Robot, now: datetime.datetime) -> Told:
    """Why a robot that is there is refused."""
    named = quote(robot.name, "name")
    if robot.disabled:
        return Told("disabled", f"Harbor shows robot {named} as disabled")
    if robot.expires_at != -1 and robot.expires_at <= now.timestamp():
        day = datetime.datetime.fromtimestamp(robot.expires_at, datetime.UTC)
        return Told("expired", f"Harbor shows that robot {named} expired at {day:%Y-%m-%d %H:%M} UTC")
    return Told("wrong", f"Harbor shows robot {named} as enabled and valid")
