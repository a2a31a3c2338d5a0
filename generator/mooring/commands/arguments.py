"""Options that several commands have, and how their values are read."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from mooring import report
from mooring.files import in_or_above
from mooring.files.reading import DEFAULT_LIMIT, MEGABYTE
from mooring.redaction import quote


class _Targets(argparse.Action):
    """`--format` and `--output`, repeatable in pairs: a file belongs to the format before it."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        targets: list[tuple[str, Path | None]] = getattr(namespace, "targets", None) or []
        if option == "--format":
            targets.append((str(values), None))
        elif targets and targets[-1][1] is None:
            targets[-1] = (targets[-1][0], Path(str(values)))
        else:
            targets.append(("text", Path(str(values))))
        namespace.targets = targets


def limit(parser: argparse.ArgumentParser) -> None:
    """The option of those commands that list problems."""
    parser.add_argument(
        "--limit", type=whole_number(0, 999_999_999, "write a whole number, 0 or more"), metavar="N",
        help="list at most N problems that differ in more than their place; the others are counted (default: all)",
    )  # fmt: skip


def whole_number(least: int, most: int, refusal: str) -> Callable[[str], int]:
    """Reads an option's value as a whole number from `least` to `most`; `refusal` says what to write."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(refusal)
        return int(text)

    return read


_MOST_JOBS = 1000


def jobs(parser: argparse.ArgumentParser, default: str) -> None:
    """The option of those commands that share their work out; `default` says by what."""
    refusal = f"write a whole number of processes, from 1 to {_MOST_JOBS}"
    count = whole_number(1, _MOST_JOBS, refusal)
    parser.add_argument("--jobs", type=count, metavar="N", help=f"processes (default: {default})")


def common(parser: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """The options that every command has; `--format` and `--output` only where there are `formats` to choose from."""
    parser.add_argument(
        "--fleet",
        type=Path,
        metavar="FILE",
        help="the fleet file (default: $MOORING_FLEET, else fleet.yaml here or in the repository above)",
    )
    parser.set_defaults(default_format=_default_format(formats))
    if formats:
        parser.add_argument(
            "--format", action=_Targets, choices=formats, help="how to print the result; repeatable with --output"
        )
        parser.add_argument(
            "--output", action=_Targets, metavar="FILE", help="write the format before it to FILE instead of printing it"
        )
    parser.add_argument(
        "--max-file-size", default=DEFAULT_LIMIT // MEGABYTE, metavar="MB",
        type=whole_number(1, 10_000, "write whole megabytes, from 1 to 10000"),
        help="refuse to read a file, or standard input, of more megabytes (default: 20)",
    )  # fmt: skip
    parser.add_argument("-q", "--quiet", action="count", default=0, help="print no summary, and no notes")
    parser.add_argument(
        "-v", "--verbose", action="count", default=0,
        help="name on stderr each file read, skipped, written or deleted, and each Kustomize root built",
    )  # fmt: skip


def fleet_path(arguments: argparse.Namespace) -> Path:
    """The fleet file that a command works on: the one that is named, else the one here or in a folder above."""
    named = arguments.fleet or os.environ.get("MOORING_FLEET")
    return Path(named) if named else in_or_above("fleet.yaml")


def day(text: str) -> datetime.date:
    """An option's value as a day."""
    from mooring.fleet.formats import parse_date

    found = parse_date(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{quote(text, 'date')} is not a day: write YYYY-MM-DD")
    return found


def _default_format(formats: Sequence[str]) -> str:
    """`text`; what lists problems has `github` where an Action runs it, so that a pull request shows them at their lines."""
    return "github" if "github" in formats and report.in_action() else "text"
