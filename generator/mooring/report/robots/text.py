"""For people at a terminal: `+` create, `~` change, `>` deliver, `-` disable, `?` what cannot be seen, `!` what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.backends import has_ciphertexts
from mooring.harbor.plan import DOING, Item
from mooring.harbor.undelivered import Lacking
from mooring.redaction import listed, quote, shown
from mooring.report import Report, Terminal
from mooring.report.robots import Done, Result, Robots
from mooring.report.text import problems as block

_SIGNS = {
    "create": "+", "change": "~", "deliver": ">", "disable": "-", "unseen": "?", "agrees": "=", "predecessor": "=",
    "unknown": " ",
}  # fmt: skip
_SHOWN = (*DOING, "unseen", "predecessor")


def text(robots: Robots, terminal: Terminal) -> str:
    """The result as lines."""
    lines = [line for result in robots.results for line in _of_harbor(result, robots.quiet, terminal)]
    return "\n".join(lines) + "\n"


def _of_harbor(result: Result, quiet: bool, terminal: Terminal) -> Iterator[str]:
    """One Harbor: who asked it, its robots, what is wrong, the sum."""
    plan = result.plan
    caller = f"{quote(plan.seen.caller.name, 'name')} ({plan.seen.caller.said})"
    environments = ", ".join(shown(name, "name") for name in plan.harbor.environments)
    yield f"{shown(plan.harbor.url, 'host')} for {environments}, asked as {caller}"
    items = [item for item in plan.items if item.kind in _SHOWN or item.note]
    if items:
        yield ""
    for item in items:
        yield from _of_item(item)
    if plan.items and not items:
        yield from ("", "  every robot of the fleet is as the fleet says")
    for scope, reason in sorted(plan.seen.unseen.items()):
        if not any(item.kind == "unseen" and _scope(item) == scope for item in items):
            where = f"robots of project {quote(scope, 'name')}" if scope else "robots of the system"
            yield f"  ? {where}: not seen, {reason}"
    if result.problems:
        yield from ("", block(Report(result.problems), terminal).rstrip("\n"))
    if result.done is not None:
        yield ""
        yield from (line for done in result.done for line in _of_done(done))
        if any(has_ciphertexts(one.backend) for done in result.done for one in done.written):
            yield "  next: run `mooring render`, then commit `secrets/` and `overlays/`"
    if not quiet:
        yield from ("", _sum(result))


def _scope(item: Item) -> str:
    return item.robot.identity.project if item.robot is not None else ""


def _of_item(item: Item) -> Iterator[str]:
    """One robot: its sign and name, then what differs, line by line."""
    what = {
        "create": "create", "change": "change", "deliver": "deliver", "disable": "disable: the fleet has it no more",
        "unseen": "cannot be seen", "predecessor": "an older one of the same robot",
    }.get(item.kind, "")  # fmt: skip
    named = f" (robot {quote(item.robot.name, 'name')})" if item.robot is not None else ""
    yield f"  {_SIGNS[item.kind]} {shown(item.login, 'name')}{named}{': ' if what else ''}{what}"
    yield from (f"      + {access.said}" for access in sorted(item.add))
    yield from (f"      - {access.said}" for access in sorted(item.remove))
    if item.kind == "create" and item.robot is not None and item.robot.expires:
        yield f"      expires {shown(item.robot.expires, 'date')}"
    if item.expires is not None:
        yield f"      expires {item.expires[0]} -> {shown(item.expires[1], 'date')}"
    if item.lacking is not None and not item.cannot:
        yield f"      {_lacking(item.lacking)}"
    if item.note and item.kind not in ("disable", "deliver"):
        yield f"      {item.note}"
    if item.cannot:
        yield f"      cannot: {item.cannot}" if item.kind != "unseen" else f"      {item.cannot}"
    if item.note and item.kind == "deliver":
        yield f"      hint: {item.note}"


def _lacking(lacking: Lacking) -> str:
    """What is delivered, and why."""
    where = listed([quote(name, "name") for name in lacking.environments])
    if lacking.source is None:
        return f"no back end of {where} holds its login: it gets a fresh secret, which is written there"
    return f"the credential that {quote(lacking.source, 'name')} has is written to the back end of {where}"


def _of_done(done: Done) -> Iterator[str]:
    verb = {"create": "created", "change": "changed", "deliver": "delivered", "disable": "disabled"}[done.item.kind]
    if done.outcome:
        yield f"  ! {shown(done.item.login, 'name')}: not {verb}: {done.outcome}"
        if done.mend:
            yield f"      hint: {done.mend}"
    else:
        yield f"  {shown(done.item.login, 'name')}: {verb}"
    for one in done.written:
        yield f"      its credential is in {quote(one.place, 'path')} ({one.backend})"
    if any(one.is_file for one in done.written):
        yield "      next: run `mooring render`, then commit `secrets/` and `overlays/`"


def _sum(result: Result) -> str:
    """How many robots there are of each kind."""
    counts = result.counts
    words = {
        "create": "to create", "change": "to change", "deliver": "to deliver", "disable": "to disable",
        "blocked": "that cannot be done",
    }  # fmt: skip
    todo = [f"{counts[kind]} {said}" for kind, said in words.items() if counts[kind]]
    seen = f"; {counts['unseen']} cannot be seen" if counts["unseen"] else ""
    left = f"; {counts['unknown']} unknown to the fleet, left alone" if counts["unknown"] else ""
    return f"{', '.join(todo) or 'nothing to do'}; {counts['agrees']} in agreement{seen}{left}"
