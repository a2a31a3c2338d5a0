"""`mooring check`: the fleet, its tree, and the expiry of its robots; nothing is written."""

from __future__ import annotations

import argparse
import datetime
import gc
import sys
import time

from mooring import report
from mooring.cli import day, fail, fleet_path, today
from mooring.expiry import robots
from mooring.fleet.formats import FORMATS, days
from mooring.fleet.load import shown
from mooring.problem import Problem
from mooring.report import Report, Summary
from mooring.run import Outcome, Selection, run


def _days(text: str) -> int:
    if not FORMATS["days"].test(text):
        raise argparse.ArgumentTypeError(f"`{text}` is no number of days: write 30d")
    return days(text)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=day, metavar="DATE", help="judge expiry by this day (default: today, UTC)")
    parser.add_argument(
        "--fail-within", type=_days, metavar="30d", help="an error for robots that expire within so many days"
    )
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    started = time.monotonic()
    gc.disable()
    path = fleet_path(arguments)
    as_of: datetime.date = arguments.as_of or today()
    try:
        with run(path, Selection(), as_of=as_of) as outcome:
            problems = [*outcome.problems, *robots(outcome, as_of, arguments.fail_within)]
            problems += _drift(outcome) if not outcome.errors else []
            return _report(arguments, problems, outcome.shares, time.monotonic() - started)
    except OSError as error:
        return fail(f"`{path}` cannot be read: {error.strerror}", "`mooring init` writes a fleet file to start from")
    finally:
        gc.enable()


def _drift(outcome: Outcome) -> list[Problem]:
    hint = "run `mooring render` and commit what it writes"
    said = [(path, "is not what the fleet renders") for path in outcome.written]
    said += [(path, "is no longer rendered") for path in outcome.stale]
    root = outcome.loaded.root
    return [Problem("drift", f"`{path}` {what}", file=shown(root / path), hint=hint) for path, what in said]


def _report(arguments: argparse.Namespace, problems: list[Problem], counted: object, seconds: float) -> int:
    silenced = sum(problem.silenced is not None for problem in problems)
    live = [problem for problem in problems if problem.silenced is None]
    summary = Summary(
        documents=getattr(counted, "documents", 0),
        services=getattr(counted, "services", 0),
        pulls=getattr(counted, "pulls", 0),
        problems=len(live),
        silenced=silenced,
        seconds=seconds,
    )
    failed = any(problem.severity == "error" or (arguments.strict and problem.severity == "warning") for problem in live)
    result = Report(tuple(problems), summary, says="" if failed else "clean")
    report.write(result, arguments.targets, sys.stdout, report.no_colour())
    return 1 if failed else 0
