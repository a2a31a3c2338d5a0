"""`mooring check`: the fleet, its tree, what of it expires; or any manifests. Nothing is written."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mooring import report
from mooring.cli import day, fail, fleet_path, today
from mooring.document import Document
from mooring.expiry import judged
from mooring.fleet.formats import FORMATS, days
from mooring.fleet.load import shown
from mooring.judge import every_pull
from mooring.problem import Problem
from mooring.pullpath import Pull
from mooring.report import Report, Summary
from mooring.run import Outcome, Selection, run, silenced


def _days(text: str) -> int:
    if not FORMATS["days"].test(text):
        raise argparse.ArgumentTypeError(f"`{text}` is no number of days: write 30d")
    return days(text)


def _host(text: str) -> str:
    if not FORMATS["host"].test(text):
        raise argparse.ArgumentTypeError(f"`{text}` is no registry: write host or host:port, without a scheme")
    return text


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="manifests: files, directories, Kustomize roots, - for standard input"
    )
    parser.add_argument(
        "--registry", action="append", default=[], type=_host, metavar="HOST",
        help="a private registry, beside those of the fleet or of the Secrets at hand (repeatable)",
    )  # fmt: skip
    parser.add_argument("--pulls", action="store_true", help="add every pull to the JSON")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="judge expiry by this day (default: today, UTC)")
    parser.add_argument(
        "--fail-within", type=_days, metavar="30d", help="an error for robots and exemptions that expire within so many days"
    )
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    started = time.monotonic()
    gc.disable()
    path = fleet_path(arguments)
    as_of: datetime.date = arguments.as_of or today()
    try:
        return (_manifests if arguments.paths else _fleet)(arguments, path, as_of, started)
    finally:
        gc.enable()


def _fleet(arguments: argparse.Namespace, path: Path, as_of: datetime.date, started: float) -> int:
    """`check` without a path: the fleet and its tree."""
    try:
        with run(path, Selection(), as_of=as_of) as outcome:
            problems = [*outcome.problems, *judged(outcome, as_of, arguments.fail_within)]
            problems += _drift(outcome) if not outcome.errors else []
            pulls = every_pull(outcome.scenes, as_of) if arguments.pulls else ()
            shares = outcome.shares
            counted = Summary(shares.documents, shares.services, shares.pulls, seconds=time.monotonic() - started)
            return _report(arguments, problems, counted, pulls)
    except OSError as error:
        return fail(f"`{path}` cannot be read: {error.strerror}", "`mooring init` writes a fleet file to start from")


def _drift(outcome: Outcome) -> list[Problem]:
    hint = "run `mooring render` and commit what it writes"
    said = [(path, "is not what the fleet renders") for path in outcome.written]
    said += [(path, "is no longer rendered") for path in outcome.stale]
    root = outcome.loaded.root
    return [Problem("drift", f"`{path}` {what}", file=shown(root / path), hint=hint) for path, what in said]


def _manifests(arguments: argparse.Namespace, path: Path, as_of: datetime.date, started: float) -> int:
    """`check PATH…`: with the fleet, where there is one."""
    from mooring.inputs import read
    from mooring.objects import judge

    found: dict[str, Any] = {}
    documents: Sequence[Document] = ()
    if arguments.fleet or os.environ.get("MOORING_FLEET") or path.exists():
        from mooring.fleet.load import load
        from mooring.run import scenes

        try:
            loaded = load(path)
        except OSError as error:
            return fail(f"`{path}` cannot be read: {error.strerror}", "`--fleet FILE` names another")
        found, documents = scenes(loaded, []), loaded.documents
        if loaded.fleet is None:
            return fail(f"`{path}` has problems", "`mooring check` without a path shows them")
    inputs = read(arguments.paths)
    result = judge(inputs, arguments.registry, found, as_of)
    counted = Summary(
        result.documents, result.services, len(result.pulls), seconds=time.monotonic() - started, skipped=inputs.skipped
    )
    code = _report(arguments, silenced(result.problems, documents), counted, result.pulls)
    return 2 if inputs.unreadable else code


def _report(arguments: argparse.Namespace, problems: list[Problem], counted: Summary, pulls: Sequence[Pull]) -> int:
    live = [problem for problem in problems if problem.silenced is None]
    summary = dataclasses.replace(
        counted, problems=sum(problem.severity != "note" for problem in live), silenced=len(problems) - len(live)
    )
    failed = any(problem.severity == "error" or (arguments.strict and problem.severity == "warning") for problem in live)
    entries = tuple(pull.as_entry() for pull in pulls) if arguments.pulls else None
    result = Report(tuple(problems), summary, entries, says="" if failed else "clean")
    report.write(result, arguments.targets, sys.stdout, report.no_colour())
    return 1 if failed else 0
