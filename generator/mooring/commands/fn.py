"""`mooring fn`, and `mooring-fn`: the KRM function. It judges the ResourceList on standard input and changes none of it.

The list goes to standard output as it came, with a result for each problem. Kustomize drops results, so the problems
stand on standard error too, and an error ends the run with 1, which stops a build.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mooring import report
from mooring.commands.arguments import common, fleet_path
from mooring.commands.function_config import FunctionConfig
from mooring.commands.registries import remark
from mooring.commands.running import FOUND, USAGE, repository, today, unknown_name
from mooring.files import read_stream
from mooring.manifests import resource_list
from mooring.manifests.paths import STDIN, of_document
from mooring.problems.collecting import finish, silence_commented
from mooring.problems.problem import Problem
from mooring.report import Report, Summary
from mooring.yaml.document import Document


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options. Those who run functions give none: they configure them in the ResourceList."""
    common(parser, ())


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    started = time.monotonic()
    raw = read_stream(sys.stdin.buffer, STDIN)
    listed, problems = resource_list.read(raw, STDIN)
    if listed is None:
        _show([finish(problem, None) for problem in problems], Summary(problems=len(problems)), arguments)
        return USAGE
    config = FunctionConfig.of(listed.config)
    arguments.fleet = arguments.fleet or (Path(config.fleet) if config.fleet else None)
    with repository(fleet_path(arguments), write=False, quiet=arguments.quiet > 0):
        problems, summary = _judge(listed.document, config, arguments)
    live = [problem for problem in problems if problem.silenced is None]
    _show(problems, dataclasses.replace(summary, seconds=time.monotonic() - started), arguments)
    report.pass_on(listed.with_results(live), sys.stdout)
    return FOUND if report.fails(live, summary, strict=config.strict) else 0


def _judge(document: Document, config: FunctionConfig, arguments: argparse.Namespace) -> tuple[list[Problem], Summary]:
    """The problems of the items, and what was counted: as `check -` has them."""
    from mooring.check.objects import check_objects
    from mooring.commands.fleet import environments

    found, documents = environments(arguments)
    for name in config.environments:
        if name not in found:
            raise unknown_name("environment", name, sorted(found))
    result = check_objects(of_document(document), config.registries, found, today(), None, config.environments)
    problems = silence_commented(result.problems, documents)
    live = [problem for problem in problems if problem.silenced is None]
    counted = Summary(
        result.documents, result.services, problems=report.count(live), silenced=len(problems) - len(live),
        **report.of_pulls(result.tally, result.private_hosts),
    )  # fmt: skip
    return problems, counted


def _show(problems: Sequence[Problem], summary: Summary, arguments: argparse.Namespace) -> None:
    """Says for people what was found, on standard error: standard output is the tool's."""
    listed, totals = tuple(problems), report.totals(problems)
    shown = Report(listed, summary, remark=remark(summary), quiet=arguments.quiet > 0, totals=totals)
    report.write(shown, [("text", None)], sys.stderr, report.no_colour())
