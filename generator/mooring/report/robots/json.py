"""For other tools: every robot with what is to do, every problem, the sums."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mooring.harbor import expiry
from mooring.harbor.plan import Item
from mooring.harbor.robots import Access
from mooring.redaction import as_json, shown
from mooring.report import Terminal
from mooring.report.json import as_data
from mooring.report.robots import Done, Result, Robots


def text(robots: Robots, _terminal: Terminal) -> str:
    """The result as a JSON object."""
    return as_json({"harbors": [_harbor(result) for result in robots.results]})


def _harbor(result: Result) -> dict[str, Any]:
    """One Harbor."""
    plan = result.plan
    found = {
        "harbor": shown(plan.harbor.url, "host"),
        "environments": [shown(name, "name") for name in plan.harbor.environments],
        "caller": {"name": shown(plan.seen.caller.name, "name"), "kind": plan.seen.caller.kind},
        "robots": [_item(item) for item in plan.items],
        "unseen": [{"project": scope or None, "reason": why} for scope, why in sorted(plan.seen.unseen.items())],
        "problems": [as_data(problem) for problem in result.problems],
        "summary": dict(result.counts),
    }
    return found if result.done is None else {**found, "done": [_done(done) for done in result.done]}


def _item(item: Item) -> dict[str, Any]:
    """One robot."""
    robot, there = item.robot, item.found
    return {
        "action": item.kind,
        "login": shown(item.login, "name"),
        "level": item.level,
        "robot": shown(robot.name, "name") if robot else None,
        "environments": [shown(name, "name") for name in robot.environments] if robot else [],
        "id": there.id if there else None,
        "add": _rights(item.add),
        "remove": _rights(item.remove),
        "expires": {
            "harbor": expiry.day(there.expires_at) if there else None,
            "fleet": shown(robot.expires, "date") if robot and robot.expires else None,
        },
        "deliver": {"environments": list(item.lacking.environments), "from": item.lacking.source} if item.lacking else None,
        "cannot": item.cannot or None,
        "note": item.note or None,
    }


def _rights(access: Iterable[Access]) -> list[dict[str, str]]:
    return [{"project": one.namespace, "resource": one.resource, "action": one.action} for one in sorted(access)]


def _done(done: Done) -> dict[str, Any]:
    """What came of one robot."""
    return {
        "action": done.item.kind, "login": shown(done.item.login, "name"), "done": not done.outcome,
        "reason": done.outcome or None, "hint": done.mend or None,
        "written": [
            {"environments": list(one.environments), "backend": one.backend, "place": shown(one.place, "path"),
             "changed": one.changed}
            for one in done.written
        ],
    }  # fmt: skip
