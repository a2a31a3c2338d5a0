"""What would make Harbor's robots those of the fleet, as a value: nothing is asked and nothing is done here.

A robot that the fleet does not name is never touched, unless its description says that mooring made it for this fleet. A
right is taken only from a robot that mooring made: another may serve somebody's pipeline. A disabled robot stays disabled:
somebody had a reason.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mooring.harbor import expiry
from mooring.harbor.desired import Desired, Harbor
from mooring.harbor.matching import Matched, match
from mooring.harbor.names import Level
from mooring.harbor.reading import SYSTEM, Seen
from mooring.harbor.rights import refusal, unchangeable
from mooring.harbor.robots import Access, Robot
from mooring.harbor.undelivered import Holdings, Lacking, lacking
from mooring.problems.problem import Problem
from mooring.redaction import quote

Kind = Literal["create", "change", "deliver", "disable", "unseen", "agrees", "predecessor", "unknown"]
DOING: tuple[Kind, ...] = ("create", "change", "deliver", "disable")


@dataclass(frozen=True, slots=True)
class Item:
    """One robot of a plan. `add` and `remove` are rights, `expires` is Harbor's day and the fleet's where they differ,
    `days` the duration to ask for, `lacking` the environments that get its credential. `cannot` is why this is not done,
    `note` what else there is to know."""

    kind: Kind
    login: str
    level: Level
    robot: Desired | None = None
    found: Robot | None = None
    add: frozenset[Access] = frozenset()
    remove: frozenset[Access] = frozenset()
    expires: tuple[str, str] | None = None
    days: int | None = None
    lacking: Lacking | None = None
    cannot: str = ""
    note: str = ""

    @property
    def is_to_do(self) -> bool:
        return self.kind in DOING and not self.cannot


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between one Harbor and the fleet."""

    harbor: Harbor
    seen: Seen
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]


def plan(harbor: Harbor, seen: Seen, now: datetime.datetime, held: Holdings = {}) -> Plan:  # noqa: B006 - never changed
    """What is to do, and what is wrong that doing it would not mend. `held` is what the back ends were seen to hold."""
    matched = match(harbor, seen)
    items: list[Item] = []
    problems: list[Problem] = list(_of_prefix(harbor, matched))
    for robot in harbor.robots:
        own, found = _of_robot(robot, matched, seen, now)
        items += [*own, *_undelivered(robot, matched, seen, held)]
        problems += found
    for left in matched.left:
        items.append(_departed(left, seen) if left.mark and left.mark.fleet == harbor.fleet else _unknown(left))
    for name, first, second in harbor.disagreeing:
        both = f"environments {quote(first, 'name')} and {quote(second, 'name')} have one Harbor"
        problems.append(Problem("robot-differs", f"{both}, and want robot {quote(name, 'name')} in two ways", hint="agree"))
    return Plan(harbor, seen, tuple(items), tuple(problems))


def _of_prefix(harbor: Harbor, matched: Matched) -> Iterator[Problem]:
    """The problem of a prefix that Harbor's configuration does not have any more: no login of the fleet works then."""
    if matched.prefix != harbor.registry.robot_prefix:
        message = f"Harbor's prefix for robots is {quote(matched.prefix, 'name')}, so that no login of the fleet is one"
        yield harbor.registry.problem(
            "robot-differs", message, "name", hint=f"write `robotPrefix: {matched.prefix}` and set every credential again"
        )


def _of_robot(
    robot: Desired, matched: Matched, seen: Seen, now: datetime.datetime
) -> tuple[list[Item], list[Problem]]:  # fmt: skip
    """What is to do for one robot of the fleet, and its problems."""
    scope = robot.identity.project if robot.level == "project" else SYSTEM
    gone = sorted(set(robot.projects) & seen.missing)
    if scope in seen.unseen:
        return [Item("unseen", robot.login, robot.level, robot, cannot=seen.unseen[scope])], []
    if gone:
        reason = f"there is no project {', '.join(quote(name, 'name') for name in gone)} in Harbor"
        item = Item("create", robot.login, robot.level, robot, add=robot.access, cannot=reason)
        return [item], [_differs(robot, reason, "name", "create it in Harbor, or take it out of the robot")]
    family = matched.families[robot.login]
    enabled = [one for one in family if not one.disabled]
    if not family:
        return _created(robot, seen, now)
    if not enabled:
        reason = f"robot {quote(family[-1].name, 'name')} is disabled in Harbor"
        item = Item("agrees", family[-1].name, robot.level, robot, family[-1], note="disabled in Harbor")
        return [item], [_differs(robot, reason, "name", "enable it in Harbor, or delete it and `mooring robots apply`")]
    current = max(enabled, key=lambda one: one.id)
    item, problems = _changed(robot, current, seen, now)
    older = [
        Item("predecessor", one.name, robot.level, robot, one, note="disabled" if one.disabled else "still enabled")
        for one in family
        if one is not current
    ]
    return [item, *older], problems


def _undelivered(robot: Desired, matched: Matched, seen: Seen, held: Holdings) -> list[Item]:
    """The delivery of a credential that a back end lacks."""
    found = lacking(robot, matched, held.get(robot.login, {}))
    if found is None:
        return []
    current, what = found
    cannot, note = what.cannot, what.mend
    if not cannot and what.source is None:
        cannot, note = unchangeable(seen.caller, current), ""
    return [Item("deliver", current.name, robot.level, robot, current, lacking=what, cannot=cannot, note=note)]


def _created(robot: Desired, seen: Seen, now: datetime.datetime) -> tuple[list[Item], list[Problem]]:
    """A robot that is not in Harbor."""
    problem: Problem | None = None
    days = expiry.duration(now, robot.expires) if robot.expires else None
    cannot = refusal(seen.caller, "create", robot.level, robot.identity.project, robot.access)
    if robot.identity.is_too_long:
        problem = _differs(robot, "its name is longer than Harbor can store", "name", "255 characters with its project")
    elif robot.expires is None:
        problem = _differs(robot, "the fleet does not say when it expires", "name", "write `expires: <day>` or `never`")
    elif days is None:
        problem = _differs(robot, f"{robot.expires} is no day to create it until", "expires", "write a later day")
    elif robot.is_adopted:
        hint = "write `robot:` and `project:` instead of `login:`, or mend the login"
        problem = _differs(robot, f"Harbor has no robot {quote(robot.login, 'name')}", "login", hint)
    cannot = problem.message if problem else cannot
    item = Item("create", robot.login, robot.level, robot, add=robot.access, days=days, cannot=cannot)
    return [item], [problem] if problem else []


def _changed(robot: Desired, found: Robot, seen: Seen, now: datetime.datetime) -> tuple[Item, list[Problem]]:
    """A robot that is in Harbor: in agreement, or what differs."""
    problems: list[Problem] = []
    add, extra = robot.access - found.access, found.access - robot.access
    remove = extra if found.mark is not None and found.mark.fleet == robot.mark.fleet else frozenset()
    note = ""
    if extra and not remove:
        note = f"has more rights than the fleet grants: {_rights(extra)}; mooring did not make it, and takes none"
    there = expiry.day(found.expires_at)
    expires = (there, robot.expires) if robot.expires is not None and there != robot.expires else None
    days = expiry.duration(found.created, robot.expires) if robot.expires and expires else None
    if robot.expires is None:
        note = note or f"expires {there}: write `expires: {there}` into the fleet file"
    if not add and not remove and expires is None:
        return Item("agrees", found.name, robot.level, robot, found, note=note), _over(robot, found, now)
    cannot = unchangeable(seen.caller, found)
    if expires is not None:
        problems.append(_differing(robot, found, there, cannot))
        if days is None:
            cannot = f"Harbor cannot have it end on {robot.expires}, which is not after its creation"
    item = Item("change", found.name, robot.level, robot, found, add, remove, expires, days, cannot=cannot, note=note)
    return item, problems


def _differing(robot: Desired, found: Robot, there: str, cannot: str) -> Problem:
    """The problem of a day that the fleet claims and Harbor does not have: `check` proves pulls by it."""
    says = f"the fleet says that it expires {robot.expires}, Harbor says {there}"
    hint = f"write `expires: {there}`" if cannot else f"`mooring robots apply` changes Harbor; or write `expires: {there}`"
    return _differs(robot, f"robot {quote(found.name, 'name')}: {says}", "expires", hint)


def _over(robot: Desired, found: Robot, now: datetime.datetime) -> list[Problem]:
    """The problem of a robot that has expired as the fleet says."""
    if not expiry.is_over(found.expires_at, now):
        return []
    reason = f"robot {quote(found.name, 'name')} expired on {expiry.day(found.expires_at)}"
    return [_differs(robot, reason, "expires", "write a later day and `mooring robots apply`")]


def _departed(found: Robot, seen: Seen) -> Item:
    """A robot that mooring made and the fleet has no more."""
    if found.disabled:
        return Item("unknown", found.name, found.level, found=found, note="made by mooring, disabled")
    cannot = unchangeable(seen.caller, found)
    return Item("disable", found.name, found.level, found=found, cannot=cannot, note="the fleet has it no more")


def _unknown(found: Robot) -> Item:
    return Item("unknown", found.name, found.level, found=found)


def _rights(access: frozenset[Access]) -> str:
    return ", ".join(sorted(one.said for one in access))


def _differs(robot: Desired, message: str, key: str, hint: str) -> Problem:
    """A problem at a robot's key in the fleet file; at its `expires` where an environment says it."""
    place = robot.place
    if place is None:
        return Problem("robot-differs", message, hint=hint)
    route = place.route if key == "expires" else (*place.route[:-1], key)
    at = route if place.source.has(route) else place.route[:-1]
    return Problem("robot-differs", message, place.source, at, hint=hint)
