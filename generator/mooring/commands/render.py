"""`mooring render`: the tree from the fleet file, whole or not at all."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence

from mooring import report
from mooring.commands import cells
from mooring.commands.arguments import common, fleet_path, jobs, limit
from mooring.commands.running import Refused, repository, unknown_name
from mooring.files import display_path, tell
from mooring.files.cache import cache_of
from mooring.files.comparing import read_own
from mooring.files.products import Foreign
from mooring.files.writing import Unwritable
from mooring.redaction import quote
from mooring.report import Deletions, Report, Summary
from mooring.tree.run import Outcome, run
from mooring.tree.selection import Selection, UnknownName
from mooring.yaml.diff import diff


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    common(parser, [form for form in report.formats() if form != report.OF_ROBOTS])
    limit(parser)
    parser.add_argument("--env", action="append", default=[], metavar="E", help="only this environment; repeatable")
    parser.add_argument(
        "--namespace", action="append", default=[], metavar="N", help="only this namespace (or _cluster); repeatable"
    )
    cells.options(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; print the diff; exit 1 on drift")
    parser.add_argument("--stdout", action="store_true", help="write nothing; print the objects")
    parser.add_argument(
        "--allow-delete", action="store_true",
        help="delete what is no longer rendered even where it is much, or something still names it",
    )  # fmt: skip
    jobs(parser, "by the fleet's size")


def _run(arguments: argparse.Namespace) -> int:
    """Renders, and writes or shows it; gives the exit code."""
    started = time.monotonic()
    selection = Selection(tuple(arguments.env), tuple(arguments.namespace), tuple(arguments.cell))
    path = fleet_path(arguments)
    with run(path, selection, arguments.jobs, cache=cache_of(path)) as outcome:
        broken = outcome.errors
        if not (arguments.allow_delete or arguments.stdout):
            outcome.problems += outcome.unconfirmed
        # `--check` shows the diff beside what of it is to be confirmed.
        stopped = broken if arguments.check else outcome.errors
        says, code = "nothing written" if stopped else "", 1 if stopped else 0
        if not stopped and outcome.pool is not None:
            says, code = _do(arguments, outcome)
        _report(arguments, outcome, says, time.monotonic() - started)
        return code


def _do(arguments: argparse.Namespace, outcome: Outcome) -> tuple[str, int]:
    """Prints the objects or the diff, or writes the tree; the closing word, and the exit code."""
    if arguments.stdout:
        _objects(outcome)
        return "", 0
    if arguments.check:
        report.emit(_diff(outcome))
        drift = bool(outcome.written or outcome.stale)
        return ("drift: run `mooring render`", 1) if drift else ("fresh", 0)
    _write(outcome)
    return "rendered", 0


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    cells.refuse(arguments)
    writes = not (arguments.check or arguments.stdout or arguments.list)
    # Everything that is read lives to the end: looking for garbage costs a third of the time, and finds none.
    gc.disable()
    try:
        with repository(fleet_path(arguments), write=writes, quiet=arguments.quiet > 0):
            return cells.listed(arguments) if arguments.list else _run(arguments)
    except UnknownName as error:
        if error.what == "cell":
            raise cells.unknown(error.name, error.known) from None
        raise unknown_name(error.what, error.name, error.known) from None
    finally:
        gc.enable()


def _write(outcome: Outcome) -> None:
    """Writes the tree. `Refused` where the system, or a file that is not mooring's, does not let it."""
    assert outcome.pool is not None  # noqa: S101 - for the type checker
    root = outcome.loaded.root
    try:
        outcome.pool.write([*outcome.stale, *outcome.leftovers])
        for path in outcome.written:
            tell("written", root / path)
        for path in (*outcome.stale, *outcome.leftovers):
            tell("deleted", root / path)
    except Unwritable as error:
        hint = "every file is whole; mend the cause and render again"
        raise Refused(f"{quote(display_path(root / error.path), 'file')} cannot be written: {error.why}", hint) from None
    except Foreign as error:
        hint = "it came there during the run: move it out of the way and render again"
        raise Refused(
            f"{quote(display_path(root / error.path), 'file')} is not mooring's to replace: {error.what}", hint
        ) from None


def _texts(outcome: Outcome, paths: Sequence[str]) -> dict[str, str]:
    return outcome.pool.texts(paths) if outcome.pool else {}


def _objects(outcome: Outcome) -> None:
    """The objects as Kustomize builds them: what a cluster would be given."""
    for path, text in outcome.objects():
        report.emit(f"---\n# {path}\n{text}")


def _diff(outcome: Outcome) -> str:
    """What `render` would change, without values that are not meant to be shown."""
    root = outcome.loaded.root
    texts = _texts(outcome, outcome.written)
    lines: list[str] = []
    for path in sorted({*outcome.written, *outcome.stale}):
        before = read_own(root, path).decode("utf-8", "replace")
        lines += diff(path, before or None, texts.get(path))
    return "".join(lines)


def _report(arguments: argparse.Namespace, outcome: Outcome, says: str, seconds: float) -> None:
    """Writes the problems and the summary, `says` being what was done."""
    from mooring.report.text import closing, deletions
    from mooring.report.text import problems as block

    problems, left = report.limited(outcome.problems, arguments.limit)
    silenced = sum(problem.silenced is not None for problem in outcome.problems)
    done = says == "rendered"
    summary = Summary(
        documents=outcome.findings.counts.documents,
        services=outcome.findings.counts.services,
        **report.of_pulls(outcome.findings.counts.pulls, outcome.private_hosts),
        problems=report.count(problem for problem in outcome.problems if problem.silenced is None),
        not_listed=left,
        silenced=silenced,
        written=len(outcome.written) if done else 0,
        unchanged=len(outcome.unchanged),
        deleted=len(outcome.stale) if done else 0,
        seconds=seconds,
    )
    # What a broken fleet does not render is not yet to go.
    planned = outcome.stale if arguments.check or outcome.unconfirmed else []
    kept = [*outcome.written, *outcome.unchanged]
    gone = Deletions(outcome.stale if done else [], [] if done else planned, kept)
    result = Report(
        problems, summary, says=says, quiet=arguments.quiet > 0, totals=report.totals(outcome.problems), deletions=gone
    )
    # stdout is for the objects, the diff or the summary: the problems go to stderr, where an Action reads them too.
    stream = sys.stderr if arguments.stdout or arguments.check else sys.stdout
    no_colour = report.no_colour()
    for target in arguments.targets:
        if target == ("text", None):
            report.emit(block(result, report.terminal_of(sys.stderr, no_colour)), sys.stderr)
            report.emit(deletions(result) + closing(result), stream)
        else:
            report.write(result, [target], stream if target == ("github", None) else sys.stdout, no_colour)
