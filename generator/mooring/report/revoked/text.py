"""For people at a terminal: what is disabled, and what goes on working until when."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.harbor.revoking import Revoked
from mooring.redaction import shown
from mooring.report import Terminal
from mooring.report.revoked import Result


def text(result: Result, _terminal: Terminal) -> str:
    """The result as lines."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    """Each robot, then what a revoked credential still does."""
    for one in result.revoked:
        yield from _of_robot(one)
    until = max((one.until for one in result.revoked if one.until is not None), default=None)
    if until is not None:
        environments = ", ".join(shown(name, "name") for name in result.environments)
        yield ""
        yield f"until {until:%Y-%m-%d %H:%M} UTC tokens that were given out before can pull: 31 minutes by Harbor's default"
        yield "images that a node has already stay there, and start without a pull"
        yield f"new pulls with it fail from now on, in {environments} too: their Secrets need another robot's credential"


def _of_robot(one: Revoked) -> Iterator[str]:
    if one.outcome:
        yield f"! {shown(one.login, 'name')}: not disabled: {one.outcome}"
        yield f"    hint: {one.mend}"
    else:
        yield f"{shown(one.login, 'name')}: disabled{' already' if one.was else ''}"
