"""Robots and exemptions against the calendar, robots against their use: what ends, what is granted and never needed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping

from mooring.fleet import model
from mooring.fleet.environments import expiry_place
from mooring.fleet.formats import days, parse_date
from mooring.plan.environment import ResolvedEnvironment
from mooring.problems.collecting import finish, merge, silence_commented
from mooring.problems.problem import Problem
from mooring.pulls.verdict import Pull
from mooring.redaction import quote
from mooring.tree.run import Outcome

# An exemption has no `rotateBefore` of its own.
_WARNED = days(model.Robot(name="").rotate_before)


def check_expiry(outcome: Outcome, as_of: datetime.date, fail_within: int | None) -> list[Problem]:
    """What `check` says of the fleet's robots and exemptions on the day `as_of`."""
    fleet = outcome.loaded.fleet
    if fleet is None:
        return []
    found: list[Problem] = []
    for name, resolved in outcome.by_environment.items():
        found += _expiring(resolved, resolved.fleet.robots, as_of, fail_within)
        for exemption in resolved.fleet.policies.exempt:
            found += [_hardened(finish(problem, name), fail_within) for problem in _exemption(exemption, as_of, fail_within)]
    # What is needed is known only where every pull was followed.
    needed: dict[str, set[str]] = {}
    for entry in outcome.shares.used:
        if entry[0] == "robot":
            needed.setdefault(entry[1], set()).add(entry[2])
    for robot in fleet.robots if not outcome.errors else ():
        found += [finish(problem, None) for problem in _use(robot, needed.get(robot.name, set()))]
    return merge(silence_commented(found, outcome.loaded.documents), list(outcome.by_environment))


def of_pulls(
    by_environment: Mapping[str, ResolvedEnvironment],
    pulls: Iterable[Pull],
    as_of: datetime.date,
    fail_within: int | None,
) -> Iterator[Problem]:
    """The same of the robots that serve the pulls of given manifests; whether another is needed, these do not show."""
    serving = {(pull.environment, pull.robot.name) for pull in pulls if pull.robot and pull.robot.expires}
    for name, resolved in by_environment.items():
        mine = [robot for robot in resolved.fleet.robots if (name, robot.name) in serving]
        yield from _expiring(resolved, mine, as_of, fail_within)


def _expiring(
    resolved: ResolvedEnvironment, robots: Iterable[model.Robot], as_of: datetime.date, fail_within: int | None
) -> Iterator[Problem]:
    for robot in robots:
        for problem in _expiry(robot, expiry_place(robot, resolved.expiry_places), as_of, fail_within):
            yield _hardened(finish(problem, resolved.name), fail_within)


def _hardened(problem: Problem, fail_within: int | None) -> Problem:
    """What expires within the days that are asked for is an error."""
    return problem if fail_within is None else dataclasses.replace(problem, severity="error")


def _expiry(
    robot: model.Robot, place: model.Place | None, as_of: datetime.date, fail_within: int | None
) -> Iterator[Problem]:
    """A robot that has expired is `robot-expired` at each pull that needs it; here is what comes before that day."""
    expires = parse_date(robot.expires) if robot.expires else None
    if expires is None or place is None or expires <= as_of:
        return
    left = (expires - as_of).days
    within = days(robot.rotate_before) if fail_within is None else fail_within
    if left <= within:
        yield Problem(
            "robot-expires-soon", f"robot {quote(robot.name, 'name')} expires in "
            f"{left} day{'' if left == 1 else 's'}, on {expires}",
            place.source, place.route,
            hint="rotate it in Harbor, then write its new `expires` here",
        )  # fmt: skip


def _exemption(exemption: model.Exemption, as_of: datetime.date, fail_within: int | None) -> Iterator[Problem]:
    until, place = parse_date(exemption.until), exemption.place
    if until is None or place is None:
        return
    left, route = (until - as_of).days, (*place.route, "until")
    what = f"the exemption of namespace {quote(exemption.namespace, 'name')}"
    if left <= 0:
        hint = "take the exemption out, or move the date"
        yield Problem("exemption-expired", f"{what} counts no more since {until}", place.source, route, hint=hint)
    elif left <= (_WARNED if fail_within is None else fail_within):
        message = f"{what} ends in {left} day{'' if left == 1 else 's'}, on {until}"
        hint = "mend what it excuses, or move the date"
        yield Problem("exemption-expires-soon", message, place.source, route, hint=hint)


def _use(robot: model.Robot, needed: Collection[str]) -> Iterator[Problem]:
    """What of the robot is not used; `needed` are the projects that it pulled from."""
    if robot.place is None:
        return
    source, route = robot.place.source, robot.place.route
    if not needed and not robot.namespaces:
        yield Problem(
            "robot-unused", f"no service uses robot {quote(robot.name, 'name')}", source, (*route, "name"),
            hint="take it out here and in Harbor, or name the `namespaces:` that keep it",
        )  # fmt: skip
    elif needed:
        for index, project in enumerate(robot.projects or ()):
            if project not in needed:
                yield Problem(
                    "robot-too-broad", f"robot {quote(robot.name, 'name')} may pull from "
                    f"{quote(project, 'name')}, and no image is there",
                    source, (*route, "projects", index), hint="take the project out here and in Harbor",
                )  # fmt: skip
