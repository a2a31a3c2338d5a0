"""The fleet beside given manifests, as `check PATH…` and `explain` take it in: all of it or nothing.

What a broken fleet says of robots and Secrets proves nothing: its problems are shown, and nothing is judged by it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import fleet_path
from mooring.commands.running import Refused, unknown_name
from mooring.files import Unreadable, display_path, exists
from mooring.redaction import quote
from mooring.yaml.document import Document

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment


def environments(arguments: argparse.Namespace) -> tuple[dict[str, ResolvedEnvironment], Sequence[Document]]:
    """The environments of the fleet that is named, or stands here, and its files; none where there is no fleet."""
    path = fleet_path(arguments)
    if not (arguments.fleet or os.environ.get("MOORING_FLEET") or exists(path)):
        return {}, ()
    from mooring.fleet.load import load
    from mooring.problems.collecting import finish, silence_commented
    from mooring.report.text import problems as block
    from mooring.tree.run import resolve_all

    try:
        loaded = load(path)
    except Unreadable as error:
        raise Refused(
            f"{quote(display_path(error.path), 'file')} {error.why}", error.hint or "`--fleet FILE` names another"
        ) from None
    found = silence_commented([finish(problem, None) for problem in loaded.problems], loaded.documents)
    errors = [problem for problem in found if problem.severity == "error" and problem.silenced is None]
    if errors:
        report.emit(block(report.Report(tuple(errors)), report.terminal_of(sys.stderr, report.no_colour())), sys.stderr)
        raise Refused(f"{quote(path, 'file')} has problems", "nothing is judged by it before they are mended")
    return resolve_all(loaded, []), loaded.documents


def environment_of(arguments: argparse.Namespace, found: Mapping[str, ResolvedEnvironment]) -> str | None:
    """The environment that `--env` names; `Refused` where the fleet has none of that name."""
    name: str | None = arguments.env
    if name is None or name in found:
        return name
    if not found:
        raise Refused("`--env` names an environment of a fleet, and there is no fleet", "`--fleet FILE` names one")
    raise unknown_name("environment", name, list(found))
