"""Wrong usage, told without what was given: an argument may be a credential that slipped into a command line."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Collection, Iterator
from typing import Any, NoReturn

from mooring import __version__, report
from mooring.commands import COMMANDS, load
from mooring.problems.suggestion import nearest
from mooring.redaction import MASK, quote

_REFUSED = re.compile(
    r"(?P<where>argument [^:]+): (?P<what>invalid choice|invalid \w+ value|ignored explicit argument):? (?P<value>.*?)"
    r"(?P<choices> \(choose from [^()]*\))?",
    re.DOTALL,
)
_OPTION = re.compile(r"--?[A-Za-z][A-Za-z-]{0,30}(?==|\Z)")
_CHOICE = re.compile(r"'([a-z]+)'")
_ELSEWHERE = frozenset({"--format", "--output"})  # not misspelt: options of the commands that print a report
_UNKNOWN = "unrecognized arguments: "
_AMBIGUOUS = re.compile(r"ambiguous option: (?P<option>\S*).* could match (?P<known>[-a-z, ]+)", re.DOTALL)


def words(message: str, options: Collection[str] = ()) -> str:
    """What argparse says, in which values are quoted as any others and options stand without what follows their `=`; and
    in a second line which of the `options`, or of a value's choices, was probably meant."""
    if message.startswith(_UNKNOWN):
        given = message.removeprefix(_UNKNOWN).split(" ")
        shown = [_option(word) for word in given[:8]]
        first = next((word.partition("=")[0] for word in shown if word.startswith("--")), "")
        near = nearest(first, options) if first not in _ELSEWHERE else None
        return _UNKNOWN + " ".join(shown) + (" …" if len(given) > 8 else "") + _meant(near)
    if (match := _AMBIGUOUS.fullmatch(message)) is not None:
        return f"ambiguous option: {_option(match['option'])} could match {match['known']}"
    if (match := _REFUSED.fullmatch(message)) is not None:
        word, choices = match["value"][1:-1], match["choices"] or ""
        # One that is near no choice may be what was meant for another option.
        near = nearest(word, _CHOICE.findall(choices))
        value = quote(word, "choice") if near else f"`{MASK}`"
        return f"{match['where']}: {match['what']}: {value}{choices}{_meant(near)}"
    return message


def _meant(near: str | None) -> str:
    return f"\n        hint: did you mean `{near}`?" if near else ""


def _option(word: str) -> str:
    match = _OPTION.match(word)
    if match is None:
        return MASK
    return match[0] if match.end() == len(word) else f"{match[0]}={MASK}"


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The options and arguments of a parser and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from actions(part)


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal, like argparse's own, which makes one for each option and each time imports `shutil`."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=report.columns(sys.stdout) - 2)


class Parser(argparse.ArgumentParser):
    """A parser whose errors go through the one door to what is shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, **options)

    def error(self, message: str) -> NoReturn:
        known = {option for action in actions(self) for option in action.option_strings if option.startswith("--")}
        report.emit(f"{self.format_usage()}{self.prog}: error: {words(message, known)}\n", sys.stderr)
        sys.exit(2)


def parser(command: str | None = None, *, alone: bool = False) -> argparse.ArgumentParser:
    """The parser of the whole command line, with the options of `command` only (all commands' for None).

    `alone` without the other commands: where this one is named first, nothing that is said depends on them.
    """
    top = Parser(
        prog="mooring",
        description="One fleet file in; Kustomize overlays and Kyverno policies out; every image pull accounted for.",
        epilog="Exit codes: 0 clean, 1 problems or drift, 2 wrong usage or unreadable input, 3 a bug,"
        " 128 and its number for a signal that ended the run (130 Ctrl-C, 141 a closed pipe, 143 SIGTERM).",
    )
    top.add_argument("--version", action="version", version=f"mooring {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=top.prog)
    for name, help_text in COMMANDS.items():
        if alone and name != command:
            continue
        part = commands.add_parser(name, help=help_text, description=help_text)
        if command in (None, name):
            load(name).options(part)
    return top
