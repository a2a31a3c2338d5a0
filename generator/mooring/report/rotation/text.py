"""For people at a terminal: what was done for each robot, and what is to do next."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.harbor.rotation import Create, Delete, Deliver, Disable, Done, Prove, Replace, Step
from mooring.redaction import listed, quote, shown
from mooring.report import Terminal
from mooring.report.rotation import Result, expires
from mooring.rotation import Rotated, Turn

_TOKENS = "tokens that were given out before pull on for 31 minutes, by Harbor's default"


def text(result: Result, _terminal: Terminal) -> str:
    """The result as lines."""
    lines = [line for one in result.rotated for line in _of_robot(one)]
    if not result.rotated and not result.quiet:
        lines = ["no robot is due"]
    return "".join(f"{line}\n" for line in lines)


def _of_robot(one: Rotated) -> Iterator[str]:
    """One robot: its steps, and what to change in the fleet."""
    environments = listed([quote(name, "name") for name in one.robot.environments])
    yield f"robot {quote(one.robot.name, 'name')} in {environments}: {one.state}"
    for turn in one.turns:
        yield from _of_turn(turn, is_wrong=one.state == "stopped" and turn is one.turns[-1])
    if (day := expires(one)) is not None:
        yield f"  write `expires: {shown(day, 'date')}` into the fleet file: it says {shown(one.robot.expires, 'date')}"


def _of_turn(turn: Turn, *, is_wrong: bool) -> Iterator[str]:
    """A step: what was done; what is wrong, or what is waited for and was tried again."""
    if turn.why:
        yield f"  {'!' if is_wrong else '.'} {turn.why}"
        if turn.mend:
            yield f"      hint: {turn.mend}"
        return
    yield f"  {_done(turn.step)}"
    if isinstance(turn.step, Disable):
        yield f"      {_TOKENS}"


def _done(step: Step) -> str:
    """A step that was taken, in words."""
    match step:
        case Create(login):
            return f"created {quote(login, 'name')}"
        case Deliver(login, environments, _):
            return f"wrote {quote(login, 'name')} to the back end of {listed([quote(one, 'name') for one in environments])}"
        case Replace(login):
            return f"deleted {quote(login, 'name')}, whose secret nobody has"
        case Prove(login):
            return f"pulled with {quote(login, 'name')}, as every namespace has it"
        case Disable(login):
            return f"disabled {quote(login, 'name')}"
        case Delete(login):
            return f"deleted {quote(login, 'name')}"
        case Done(login, left):
            others = f"; {listed([quote(one, 'name') for one in left])} is disabled, and not ours to delete" if left else ""
            return f"every namespace has {quote(login, 'name')}{others}"
    raise AssertionError(step)
