"""Sees how far a robot is, takes the next step, and sees again, until it is done, stops, or has to wait for too long."""

from __future__ import annotations

import datetime

from mooring.delivery import Fault
from mooring.harbor import expiry
from mooring.harbor.desired import Desired, Harbor
from mooring.harbor.matching import match
from mooring.harbor.reading import SYSTEM, Seen
from mooring.harbor.rotation import Done, Generation, Situation, Stop, WaitForNamespaces, WaitOut, next_step
from mooring.rotation.due import is_under_way
from mooring.rotation.model import RUN_AGAIN, Doors, Memory, Rotated, State, Terms, Turn, View
from mooring.rotation.standing import Stand
from mooring.rotation.steps import TWO, Steps
from mooring.rotation.waiting import waited, waiting

_MOST_UNSURE = 2  # a step that may or may not have been done: so often it is looked again
_JUST_NOW = datetime.timedelta(days=1)


def rotate(robot: Desired, harbor: Harbor, stands: tuple[Stand, ...], terms: Terms, doors: Doors) -> Rotated:
    """Takes a robot as far as this run can."""
    memory = Memory(terms.wait.total_seconds())
    steps = Steps(robot, harbor, stands, terms, doors, memory)
    turns: list[Turn] = []
    while True:
        view = look(robot, harbor, stands, doors)
        if isinstance(view, Stop):
            return _ended(robot, "stopped", turns, Turn(view, view.why, view.mend), None)
        step = next_step(_situation(robot, stands, terms, view, memory, doors.now()))
        if memory.made is not None and all(one.id != memory.made.id for one in view.family):
            step = Stop(f"{TWO}: it has deleted what this one made", "run again when it has ended")
        if isinstance(step, Done):
            return _ended(robot, "done", turns, Turn(step), view)
        if isinstance(step, Stop):
            return _ended(robot, "stopped", turns, Turn(step, step.why, step.mend), view)
        if isinstance(step, WaitForNamespaces | WaitOut):
            if not waited(step, view, memory, doors):
                return _ended(robot, "waiting", turns, waiting(step, view, memory), view)
            continue
        turn = steps.take(step, view)
        if turn.why and (not turn.is_unsure or sum(one.is_unsure for one in turns) >= _MOST_UNSURE):
            return _ended(robot, "stopped", turns, turn, view)
        turns.append(turn)


def _ended(robot: Desired, state: State, turns: list[Turn], last: Turn, view: View | None) -> Rotated:
    current = view.current if view is not None else None
    return Rotated(robot, state, (*turns, last), expiry.day(current.expires_at) if current is not None else "")


def look(robot: Desired, harbor: Harbor, stands: tuple[Stand, ...], doors: Doors) -> View | Stop:
    """Everything as it is now, in the order that two runs at once rest on; why not, where Harbor does not tell."""
    own = {stand.name: doors.delivery.held(robot.name, stand.environment) for stand in stands}
    seen = doors.look()
    if not isinstance(seen, Seen):
        return Stop(seen.message, seen.mend or RUN_AGAIN)
    scope = robot.identity.project if robot.level == "project" else SYSTEM
    if scope in seen.unseen:
        return Stop(f"the robot cannot be seen: {seen.unseen[scope]}", "ask with another credential")
    matched = match(harbor, seen)
    family = matched.families[robot.login]
    newest = next((one.name for one in reversed(family) if not one.disabled), "")
    return View(
        seen, family, matched.prefix, robot.login if robot.is_adopted else robot.identity.login(matched.prefix),
        {name: None if one.unknown is not None else one.login for name, one in own.items()},
        {name: one.version for name, one in own.items()},
        tuple(Fault((name,), *one.unknown) for name, one in own.items() if one.unknown is not None),
        doors.shown(newest),
    )  # fmt: skip


def _situation(
    robot: Desired, stands: tuple[Stand, ...], terms: Terms, view: View, memory: Memory, now: datetime.datetime
) -> Situation:
    """What decides of the next step."""
    family = tuple(
        Generation(one.name, one.id, not one.disabled, one.mark == robot.mark, one.updated) for one in view.family
    )
    if memory.begins is None:
        memory.begins = not is_under_way(robot, view.family) and (terms.again or not _is_just_done(robot, view, now))
    shown = {place: one.credential.username if one.credential else None for place, one in view.shown.items()}
    filed = frozenset(stand.name for stand in stands if stand.is_filed)
    made = memory.made.id if memory.made is not None else None
    return Situation(
        view.base, family, view.held, shown, memory.proved, memory.begins, now, terms.grace, made, filed
    )  # fmt: skip


def _is_just_done(robot: Desired, view: View, now: datetime.datetime) -> bool:
    """Whether the newest is a successor of today: a run that was killed at its very end shall not begin another rotation
    when it is run again."""
    current = view.current
    if current is None or current.name == view.base or current.mark != robot.mark:
        return False
    return now - current.created < _JUST_NOW
