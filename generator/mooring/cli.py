"""The command line: finds the commands, reads the common options, and turns what happens into an exit code.

0 clean · 1 problems or drift · 2 wrong usage or unreadable input · 3 a bug. Each command is a module of `commands/` with
`HELP`, `options(parser)` and `execute(arguments) -> int`, imported only when it is the one that was asked for.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from mooring import __version__, report
from mooring.commands import COMMANDS, load

CLEAN, FOUND, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130


class Refused(Exception):
    """Why a command does nothing: what is wrong with how it was called or what it was given, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


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


def common(parser: argparse.ArgumentParser) -> None:
    """The options that every command has."""
    parser.add_argument(
        "--fleet", type=Path, metavar="FILE", help="the fleet file (default: $MOORING_FLEET, else fleet.yaml here)"
    )
    parser.add_argument(
        "--format", action=_Targets, choices=report.formats(), help="how to print the result; repeatable with --output"
    )
    parser.add_argument(
        "--output", action=_Targets, metavar="FILE", help="write the format before it to FILE instead of printing it"
    )
    parser.add_argument("-q", "--quiet", action="count", default=0, help="no summary")
    parser.add_argument("-v", "--verbose", action="count", default=0, help="say more on stderr")


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line, with the options of `command` only (all commands' for None)."""
    top = argparse.ArgumentParser(
        prog="mooring",
        description="One fleet file in; Kustomize overlays and Kyverno policies out; every image pull accounted for.",
        epilog="Exit codes: 0 clean, 1 problems or drift, 2 wrong usage or unreadable input, 3 a bug.",
    )
    top.add_argument("--version", action="version", version=f"mooring {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help_text in COMMANDS.items():
        part = commands.add_parser(name, help=help_text, description=help_text)
        if command in (None, name):
            common(part)
            load(name).options(part)
    return top


def fleet_path(arguments: argparse.Namespace) -> Path:
    """The fleet file that a command works on."""
    return arguments.fleet or Path(os.environ.get("MOORING_FLEET") or "fleet.yaml")


def day(text: str) -> datetime.date:
    """An option's value as a day."""
    from mooring.fleet.formats import parse_date

    found = parse_date(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"`{text}` is no day: write YYYY-MM-DD")
    return found


def today() -> datetime.date:
    """The day by which expiry is judged: UTC's, so that a repository is judged alike everywhere."""
    return datetime.datetime.now(datetime.UTC).date()


def default_format() -> str:
    """`github` where an Action runs it, so that a pull request shows the problems at their lines."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def fail(message: str, hint: str = "") -> int:
    """Says why nothing was done; the exit code for it."""
    report.emit(f"mooring: {message}\n" + (f"        hint: {hint}\n" if hint else ""), sys.stderr)
    return USAGE


def _bug(error: BaseException) -> int:
    """A report to paste: where it happened and of what type, never the message, which may quote a value."""
    here = Path(__file__).parent
    frames = [
        f"  {Path(frame.filename).relative_to(here).as_posix()}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(here)
    ]
    lines = [
        "mooring: this is a bug in mooring. Please report these lines; they hold nothing of your files.",
        f"  mooring {__version__}, python {sys.version.split()[0]}, {sys.platform}",
        f"  {type(error).__name__}",
        *frames,
    ]
    report.emit("\n".join(lines) + "\n", sys.stderr)
    return BUG


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit code. SystemExit from argparse on wrong usage (2) and `--help` (0)."""
    argv = sys.argv[1:] if argv is None else argv
    chosen = next((word for word in argv if word in COMMANDS), None)
    arguments = parser(chosen or "").parse_args(argv)
    arguments.targets = getattr(arguments, "targets", None) or [(default_format(), None)]
    try:
        code: int = load(arguments.command).execute(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Refused as error:
        return fail(error.message, error.hint)
    except report.Unwritable as error:
        return fail(f"`{error.path}` cannot be written: {error.why}")
    except BrokenPipeError:
        # Whoever read the output has seen enough (https://docs.python.org/3/library/signal.html#note-on-sigpipe).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback with values in it
        return _bug(error)
