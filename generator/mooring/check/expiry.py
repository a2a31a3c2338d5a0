"""Robots and exemptions against the calendar: what has ended on a day, and what soon will."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping, Set

from mooring.fleet import model
from mooring.fleet.environments import expiry_place
from mooring.fleet.formats import days, parse_date
from mooring.plan.environment import ResolvedEnvironment
from mooring.problems.collecting import finish
from mooring.problems.problem import Problem
from mooring.redaction import quote

# An exemption has no `rotateBefore` of its own.
_WARNED = days(model.Robot(name="").rotate_before)


def of_serving(
    by_environment: Mapping[str, ResolvedEnvironment],
    serving: Set[tuple[str | None, str]],
    as_of: datetime.date,
    fail_within: int | None,
) -> Iterator[Problem]:
    """The robots that serve the pulls of given manifests, by (environment, name), and expire soon or on a day that nobody
    knows."""
    for name, resolved in by_environment.items():
        mine = [robot for robot in resolved.fleet.robots if (name, robot.name) in serving]
        yield from of_robots(resolved, mine, as_of, fail_within)


def of_robots(
    resolved: ResolvedEnvironment, robots: Iterable[model.Robot], as_of: datetime.date, fail_within: int | None
) -> Iterator[Problem]:
    """Those of an environment's robots that expire soon, or on a day that the fleet does not say."""
    for robot in robots:
        if robot.expires is None:
            yield from (finish(problem, resolved.name) for problem in _unknown(robot))
        for problem in _expiry(robot, expiry_place(robot, resolved.expiry_places), as_of, fail_within):
            yield _hardened(finish(problem, resolved.name), fail_within)


def of_exemptions(resolved: ResolvedEnvironment, as_of: datetime.date, fail_within: int | None) -> Iterator[Problem]:
    """The exemptions of an environment that have ended, or soon will."""
    for exemption in resolved.fleet.policies.exempt:
        for problem in _exemption(exemption, as_of, fail_within):
            yield _hardened(finish(problem, resolved.name), fail_within)


def _hardened(problem: Problem, fail_within: int | None) -> Problem:
    """What expires within the days that are asked for is an error."""
    return problem if fail_within is None else dataclasses.replace(problem, severity="error")


def _unknown(robot: model.Robot) -> Iterator[Problem]:
    """The problem of a robot of which the fleet does not say when it expires."""
    if robot.place is not None:
        yield Problem(
            "expiry-unknown", f"the fleet does not say when robot {quote(robot.name, 'name')} expires",
            robot.place.source, (*robot.place.route, "name"),
            hint="write the day that Harbor shows as `expires: YYYY-MM-DD`, or `expires: never`",
        )  # fmt: skip


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
    """The problem of an exemption that has ended, or soon will; none of any other."""
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
