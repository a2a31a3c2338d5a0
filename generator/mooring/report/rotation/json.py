"""For other tools: each robot, how far it is, and the steps of this run."""

from __future__ import annotations

from typing import Any

from mooring.redaction import as_json, shown
from mooring.report import Terminal
from mooring.report.rotation import Result, expires
from mooring.rotation import Rotated, Turn


def text(result: Result, _terminal: Terminal) -> str:
    """The result as a JSON object."""
    return as_json({"harbor": shown(result.harbor, "host"), "robots": [_robot(one) for one in result.rotated]})


def _robot(one: Rotated) -> dict[str, Any]:
    """One robot."""
    day = expires(one)
    return {
        "robot": shown(one.robot.name, "name"),
        "login": shown(one.robot.login, "name"),
        "environments": [shown(name, "name") for name in one.robot.environments],
        "state": one.state,
        "steps": [_turn(turn) for turn in one.turns],
        "writeExpires": shown(day, "date") if day else None,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    """One step, with what it is about."""
    step = turn.step._asdict()
    until = step.get("until")
    return {
        "step": _name(type(turn.step).__name__),
        "login": shown(step["login"], "name") if "login" in step else None,
        "environments": [shown(name, "name") for name in step.get("environments", ())],
        "namespaces": [shown(name, "path") for name in step.get("namespaces", ())],
        "until": f"{until:%Y-%m-%dT%H:%M:%SZ}" if until else None,
        "done": not turn.why,
        "reason": turn.why or None,
        "hint": turn.mend or None,
    }


def _name(text: str) -> str:
    """`WaitForNamespaces` as `wait-for-namespaces`."""
    return "".join(f"-{one.lower()}" if one.isupper() else one for one in text).removeprefix("-")
