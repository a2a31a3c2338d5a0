"""Robots of ours whose credential a back end lacks: what a run leaves that was killed between creating and delivering.

Harbor shows a secret once, so that a robot whose login no back end holds has a secret that nobody has: it may get a fresh
one. Where a back end holds the login, its secret may be in use and is never changed, only copied; nor is it where that
cannot be known, as where it may stand in files of another branch. Two robots of a family that are enabled belong to a
rotation, which goes on by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mooring.delivery import Delivery, Held
from mooring.harbor.desired import Desired, Harbor
from mooring.harbor.matching import Matched, names_of
from mooring.harbor.robots import Robot
from mooring.plan.environment import ResolvedEnvironment
from mooring.redaction import listed, quote

Holdings = Mapping[str, Mapping[str, Held]]
"""What each environment's back end holds, by the login that the fleet gives a robot; a robot is left out that was not asked
for."""


class Lacking(NamedTuple):
    """The environments whose back ends lack a robot's login, and one that holds it, if there is one. `cannot` is why nothing
    is delivered, `mend` what to do then; `versions` are those of the records that were seen to lack it."""

    environments: tuple[str, ...]
    source: str | None = None
    cannot: str = ""
    mend: str = ""
    versions: Mapping[str, int | None] = {}


def holdings(
    harbor: Harbor, matched: Matched, delivery: Delivery, environments: Mapping[str, ResolvedEnvironment]
) -> Holdings:  # fmt: skip
    """Asks the back ends of the robots that mooring made, where one of them can be asked."""
    return {
        robot.login: {name: delivery.held(robot.name, environments[name]) for name in robot.environments}
        for robot in harbor.robots
        if _current(robot, matched) is not None
        and any(delivery.reaches(robot.name, environments[name]) for name in robot.environments)
    }


def _current(robot: Desired, matched: Matched) -> Robot | None:
    """The one robot of a family that is enabled, where mooring made it for this fleet."""
    enabled = [one for one in matched.families[robot.login] if not one.disabled]
    return enabled[0] if len(enabled) == 1 and enabled[0].mark == robot.mark else None


def lacking(robot: Desired, matched: Matched, held: Mapping[str, Held]) -> tuple[Robot, Lacking] | None:
    """The robot that is in use, and which back ends lack its login; None where there is nothing to deliver."""
    current = _current(robot, matched)
    if current is None or not held:
        return None
    holding = [name for name, found in held.items() if found.login == current.name]
    unknown = [name for name, found in held.items() if found.unknown is not None]
    without = tuple(name for name in held if name not in holding and name not in unknown)
    if not without and holding:
        return None
    versions = {name: held[name].version for name in without}
    partly = [name for name in without if current.name in held[name].partly]
    if partly:
        return current, Lacking(tuple(partly), None, *_partly(robot, current, partly[0]))
    foreign = [name for name in without if is_foreign(robot, matched, held[name])]
    if foreign:
        return current, Lacking(tuple(foreign), None, *overwriting(robot, foreign[0], held[foreign[0]]))
    if holding:
        readable = [name for name in holding if not held[name].in_files]
        return current, Lacking(without, (readable or holding)[0], versions=versions)
    filed = [name for name in without if held[name].in_files]
    if filed:
        return current, Lacking(tuple(filed), None, *_elsewhere(current, filed[0]))
    if not unknown:
        return current, Lacking(without, versions=versions)
    return current, Lacking(tuple(unknown), None, *_unknown(robot, current, unknown, held))


def is_foreign(robot: Desired, matched: Matched, held: Held) -> bool:
    """Whether a back end holds the login of a robot of another name."""
    return bool({held.login, *held.partly} - {"", *names_of(robot, matched.prefix)})


def overwriting(robot: Desired, environment: str, held: Held) -> tuple[str, str]:
    """Why a record is not written that holds another robot's login, and what to do."""
    other = held.login or next(iter(sorted(held.partly)))
    return (
        f"the back end of {quote(environment, 'name')} holds the login {quote(other, 'name')} of another robot",
        f"give robot `{robot.name}` a `secret.key` or `secretName` of its own, or delete what is there",
    )


def _partly(robot: Desired, current: Robot, environment: str) -> tuple[str, str]:
    """Why a secret that some namespaces have is not replaced, and what to do."""
    return (
        f"some namespaces of {quote(environment, 'name')} have its credential and others lack it: it may be in use",
        f"`mooring secret set {robot.name}` writes it for all of them, where it is known; where nobody uses it, delete its "
        f"files, and `{current.name}` in Harbor, and run again",
    )


def _elsewhere(current: Robot, environment: str) -> tuple[str, str]:
    """Why a secret that no file of this tree has is not replaced, and what to do."""
    return (
        f"no file of {quote(environment, 'name')} holds its login here, but another branch or clone may",
        f"look for it there; where nobody has it, delete `{current.name}` in Harbor and run again",
    )


def _unknown(robot: Desired, current: Robot, names: list[str], held: Mapping[str, Held]) -> tuple[str, str]:
    """Why it is not known whether a back end holds the login, and what to do."""
    why = held[names[0]].unknown
    said = f": {why.message}" if why is not None else ""
    where = listed([quote(name, "name") for name in names])
    return (
        f"whether a back end of {where} holds its login is not known{said}",
        f"{why.hint if why is not None else ''}; or delete `{current.name}` in Harbor and run again, where nobody uses it",
    )
