"""The cells of a CI matrix: the options of `render` that list them and choose among them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from mooring import report
from mooring.commands.arguments import fleet_path, whole_number
from mooring.commands.running import CLEAN, FOUND, Refused
from mooring.fleet.load import load
from mooring.problems.collecting import finish, merge, silence_commented
from mooring.problems.problem import Problem
from mooring.problems.suggestion import nearest
from mooring.redaction import as_json, quote
from mooring.report.text import problems as block
from mooring.tree import cells
from mooring.tree.run import resolve_all
from mooring.tree.selection import ROOT, weights

MOST = 10_000
# https://docs.github.com/en/actions/reference/limits and https://docs.gitlab.com/ci/yaml/#parallelmatrix
_GITHUB, _GITLAB = 256, 200
_FORMATS = ("text", "json")


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of cells."""
    parser.add_argument(
        "--cell", action="append", default=[], metavar="CELL",
        help="only this part of the tree, as --list names it, or the third of sixteen (3-of-16); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--list", action="store_true",
        help="write nothing; name the cells of a CI matrix (with --format json for GitHub and GitLab)",
    )  # fmt: skip
    parser.add_argument(
        "--cells", metavar="N", type=whole_number(1, MOST, f"write a whole number of cells, from 1 to {MOST}"),
        help="with --list: group the cells into N of about equal work",
    )  # fmt: skip


def refuse(arguments: argparse.Namespace) -> None:
    """`Refused` where the options of cells are given with others that they do not go with."""
    if arguments.cells is not None and not arguments.list:
        raise Refused("`--cells` goes with `--list`", "`--cell 3-of-16` renders the third of sixteen cells")
    selected = arguments.env or arguments.namespace
    if arguments.cell and selected:
        raise Refused("`--cell` does not go with `--env` or `--namespace`", "a cell names both: `--cell ENV/NAMESPACE`")
    others = arguments.check or arguments.stdout or arguments.allow_delete
    if arguments.list and (arguments.cell or selected or others):
        raise Refused(
            "`--list` goes with `--cells`, `--format` and `--output` alone", "it names the cells of the whole fleet"
        )
    if arguments.list and any(form not in _FORMATS for form, _ in arguments.targets) and not report.in_action():
        raise Refused("`--list` prints text or JSON", "write `--format json`")


def listed(arguments: argparse.Namespace) -> int:
    """Names the cells; gives the exit code."""
    loaded = load(fleet_path(arguments))
    problems = [finish(problem, None) for problem in loaded.problems]
    found = resolve_all(loaded, problems)
    problems = merge(silence_commented(problems, loaded.documents), list(found))
    if any(problem.severity == "error" and problem.silenced is None for problem in problems):
        _say(problems)
        return FOUND
    weighed = weights(found)
    if arguments.cells is None:
        named = [
            {"cell": cells.name(unit), "environment": unit[0], "namespace": unit[1] if unit[0] else ROOT} for unit in weighed
        ]
    else:
        count = min(arguments.cells, len(weighed))
        named = [{"cell": str(cells.Group(number, count))} for number in range(1, count + 1)]
    for form, path in arguments.targets:
        text = as_json(named, indent=None) if form == "json" else "".join(f"{one['cell']}\n" for one in named)
        report.put(text, path, sys.stdout)
    if len(named) > _GITLAB and not arguments.quiet:
        report.emit(
            f"mooring: {len(named)} cells; a matrix has at most {_GITHUB} jobs on GitHub, and {_GITLAB} on GitLab\n"
            f"        hint: `--cells {_GITLAB}` groups them\n", sys.stderr,
        )  # fmt: skip
    return CLEAN


def unknown(name: str, known: Sequence[str]) -> Refused:
    """Why `--cell` with a name that is none does nothing."""
    near = nearest(name, known)
    hint = (
        f"did you mean {quote(near, 'path')}?" if near else "`mooring render --list` names the cells; a group is `3-of-16`"
    )
    return Refused(f"no cell is named {quote(name, 'path')}", hint)


def _say(problems: Sequence[Problem]) -> None:
    """Shows what is wrong with the fleet."""
    shown, left = report.limited(problems)
    summary = report.Summary(not_listed=left)
    report.emit(block(report.Report(shown, summary), report.terminal_of(sys.stderr, report.no_colour())), sys.stderr)
    report.emit("mooring: the fleet has problems: mend them first, no cell was listed\n", sys.stderr)
