"""`mooring diff`: what changed in meaning between a git revision of the fleet and the working tree. Nothing is written."""

from __future__ import annotations

import argparse
import dataclasses
import gc
import sys
from typing import TYPE_CHECKING

from mooring import report
from mooring.commands.arguments import common, fleet_path
from mooring.commands.running import Refused, repository
from mooring.report import changed

if TYPE_CHECKING:
    from mooring.changes.since import Broken


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    common(parser, report.formats(changed))
    parser.add_argument(
        "revision", nargs="?", default="HEAD", metavar="REV", help="a branch, tag or commit to compare with (default: HEAD)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    from mooring.changes.revision import NoRevision
    from mooring.changes.since import Broken, since

    gc.disable()
    path = fleet_path(arguments)
    try:
        with repository(path, write=False, quiet=arguments.quiet > 0):
            comparison = since(path, arguments.revision)
    except NoRevision as error:
        raise Refused(error.message, error.hint) from None
    except Broken as error:
        return _broken(error, arguments.revision)
    finally:
        gc.enable()
    if arguments.quiet:
        comparison = dataclasses.replace(comparison, remarks=())
    report.show(changed, comparison, arguments.targets)
    return 0


def _broken(error: Broken, revision: str) -> int:
    """Shows the problems of the side that has some: of the working tree they are errors, of a revision it is unreadable."""
    from mooring.changes.revision import shown_revision
    from mooring.report.text import problems as block

    listed, left = report.limited(error.problems)
    summary = report.Summary(not_listed=left)
    text = block(report.Report(listed, summary), report.terminal_of(sys.stderr, report.no_colour()))
    if error.folder is not None:
        text = text.replace(f"{error.folder}/", f"{shown_revision(revision).strip('`')}:")
    report.emit(text, sys.stderr)
    if error.folder is None:
        report.emit("mooring: the fleet has problems: nothing is compared before they are mended\n", sys.stderr)
        return 1
    raise Refused(
        f"the fleet of revision {shown_revision(revision)} has problems, so that nothing can be compared",
        "name a revision whose fleet renders",
    )
