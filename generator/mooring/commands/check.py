"""`mooring check`: the fleet, its tree, what of it expires; or any manifests. Nothing is written."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import common, day, fleet_path, jobs, limit
from mooring.commands.registries import registries, remark
from mooring.commands.running import Refused, repository, today, unknown_name
from mooring.files import display_path
from mooring.problems.collecting import silence_commented
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.report import Report, Summary

if TYPE_CHECKING:
    from mooring.check.dates import RobotExpiry
    from mooring.pulls.verdict import Pull
    from mooring.tree.run import Outcome


def _days(text: str) -> int:
    from mooring.fleet.formats import FORMATS, days

    if not FORMATS["days"].test(text):
        raise argparse.ArgumentTypeError(f"{quote(text, 'date')} is not a number of days: write 30d")
    return days(text)


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    common(parser, report.formats())
    limit(parser)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="manifests: files, directories, Kustomize roots, - for standard input"
    )
    registries(parser, "a private registry, beside those of the fleet or of the Secrets at hand (repeatable)")
    parser.add_argument("--env", action="append", default=[], metavar="E", help="only in this environment; repeatable")
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN",
        help="skip what is called so below the PATHs, as vendor, '*.tmpl.yaml' or 'charts/*/ci'; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--enable-helm", action="store_true",
        help="have Kustomize render charts that lie in the repository, with the helm on PATH; nothing is fetched",
    )  # fmt: skip
    parser.add_argument("--pulls", action="store_true", help="list every pull")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="judge expiry by this day (default: today, UTC)")
    parser.add_argument(
        "--fail-within", type=_days, metavar="30d", help="an error for robots and exemptions that expire within so many days"
    )
    parser.add_argument(
        "--changed", action="store_true", help="the PATHs are what a commit changes: skip those that hold no manifest"
    )
    jobs(parser, "by the size of the files, or of the fleet")
    parser.add_argument("--strict", action="store_true", help="warnings and pulls of which nothing is known count as errors")


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    started = time.monotonic()
    gc.disable()
    as_of: datetime.date = arguments.as_of or today()
    try:
        with repository(fleet_path(arguments), write=False, quiet=arguments.quiet > 0):
            if arguments.paths:
                if any(form == report.OF_ROBOTS for form, _ in arguments.targets):
                    raise Refused(
                        "`--format prometheus` is about the robots of a fleet, not about given manifests",
                        "leave out the PATHs",
                    )
                return _manifests(arguments, as_of, started)
            if arguments.exclude:
                raise Refused("`--exclude` is for given manifests", "name them, as `mooring check . --exclude vendor`")
            if arguments.enable_helm:
                raise Refused("`--enable-helm` is for given manifests", "name them, as `mooring check deploy --enable-helm`")
            return _fleet(arguments, fleet_path(arguments), as_of, started)
    finally:
        gc.enable()


def _fleet(arguments: argparse.Namespace, path: Path, as_of: datetime.date, started: float) -> int:
    """`check` without a path: the fleet and its tree."""
    from mooring.check.dates import robot_expiries
    from mooring.check.fleet import check_fleet
    from mooring.files.cache import cache_of
    from mooring.tree.run import run
    from mooring.tree.selection import Selection, UnknownName

    only = tuple(arguments.env)
    try:
        with run(
            path, Selection(only), arguments.jobs, as_of=as_of, keep_pulls=arguments.pulls, cache=cache_of(path)
        ) as outcome:
            problems = [*outcome.problems, *outcome.unconfirmed, *check_fleet(outcome, as_of, arguments.fail_within, only)]
            problems += _drift(outcome) if not outcome.errors else []
            counts = outcome.findings.counts
            counted = Summary(
                counts.documents, counts.services, seconds=time.monotonic() - started,
                **report.of_pulls(counts.pulls, outcome.private_hosts),
            )  # fmt: skip
            robots = robot_expiries(outcome.by_environment, only)
            return _report(arguments, problems, counted, outcome.findings.followed, robots)
    except UnknownName as error:
        raise unknown_name(error.what, error.name, error.known) from None


def _drift(outcome: Outcome) -> list[Problem]:
    hint = "run `mooring render` and commit what it writes"
    said = [(path, "is not what the fleet renders") for path in outcome.written]
    said += [(path, "is no longer rendered") for path in outcome.stale]
    root = outcome.loaded.root
    return [
        Problem("drift", f"{quote(path, 'file')} {what}", file=display_path(root / path), hint=hint) for path, what in said
    ]


def _manifests(arguments: argparse.Namespace, as_of: datetime.date, started: float) -> int:
    """`check PATH…`: with the fleet, where there is one."""
    from mooring.check.judging import Asked
    from mooring.check.sharing import check_files
    from mooring.commands.fleet import environments
    from mooring.manifests.paths import find

    found, documents = environments(arguments)
    if arguments.fail_within is not None and not found:
        raise Refused("`--fail-within` goes by a fleet's robots, and there is no fleet", "`--fleet FILE` names one")
    for name in arguments.env:
        if name not in found:
            raise unknown_name("environment", name, sorted(found))
    lines = report.lines_shown(arguments.targets)
    asked = Asked(arguments.registry, found, as_of, arguments.env, keeps_pulls=arguments.pulls, lines=lines)
    inputs, files = find(arguments.paths, changed=arguments.changed, exclude=arguments.exclude, helm=arguments.enable_helm)
    result = check_files(asked, inputs, files, arguments.fail_within, arguments.jobs)
    counted = Summary(
        result.documents, result.services, seconds=time.monotonic() - started, skipped=inputs.skipped,
        **report.of_pulls(result.tally, result.private_hosts),
    )  # fmt: skip
    code = _report(arguments, silence_commented(result.problems, documents), counted, result.pulls)
    return 2 if inputs.unreadable else code


def _report(
    arguments: argparse.Namespace,
    problems: list[Problem],
    counted: Summary,
    pulls: Sequence[Pull],
    robots: tuple[RobotExpiry, ...] = (),
) -> int:
    """Writes the report; gives the exit code."""
    live = [problem for problem in problems if problem.silenced is None]
    listed, left = report.limited(problems, arguments.limit)
    silent = len(problems) - len(live)
    summary = dataclasses.replace(counted, problems=report.count(live), silenced=silent, not_listed=left)
    failed = report.fails(live, counted, strict=arguments.strict)
    entries = tuple(pull.as_entry() for pull in pulls) if arguments.pulls else None
    result = Report(
        listed,
        summary,
        entries,
        says="" if failed or counted.broken else "clean",
        remark=remark(counted),
        quiet=arguments.quiet > 0,
        totals=report.totals(problems),
        robots=robots,
    )
    report.write(result, arguments.targets, sys.stdout, report.no_colour())
    return 1 if failed else 0
