"""`mooring completion`: a script that lets a shell complete commands, options, codes and paths."""

from __future__ import annotations

import argparse
import sys

import shtab

from mooring import report, rules
from mooring.commands.arguments import common
from mooring.commands.usage import actions, parser

SHELLS = ("bash", "zsh", "fish")
_PATHS = frozenset({"FILE", "PATH", "DIR"})


def options(parser: argparse.ArgumentParser) -> None:
    common(parser, ())
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete")


def script(shell: str) -> str:
    """The completion of the whole command line for a shell."""
    top = parser()
    for action in actions(top):
        if action.metavar in _PATHS:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar == "CODE|SERVICE":
            action.choices = rules.codes()
    return shtab.complete(top, shell).rstrip("\n") + "\n"


def execute(arguments: argparse.Namespace) -> int:
    """Runs the command; gives the exit code."""
    report.emit(script(arguments.shell), sys.stdout)
    return 0
