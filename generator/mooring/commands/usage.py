"""Wrong usage, told without what was given: an argument may be a credential that slipped into a command line."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from mooring import report
from mooring.problems.suggestion import nearest
from mooring.redaction import MASK, quote

_REFUSED = re.compile(
    r"(?P<where>argument [^:]+): (?P<what>invalid choice|invalid \w+ value|ignored explicit argument):? (?P<value>.*?)"
    r"(?P<choices> \(choose from [^()]*\))?",
    re.DOTALL,
)
_OPTION = re.compile(r"--?[A-Za-z][A-Za-z-]{0,30}(?==|\Z)")
_CHOICE = re.compile(r"'([a-z]+)'")
_UNKNOWN = "unrecognized arguments: "
_AMBIGUOUS = re.compile(r"ambiguous option: (?P<option>\S*).* could match (?P<known>[-a-z, ]+)", re.DOTALL)


def words(message: str) -> str:
    """What argparse says, in which values are quoted as any others and options stand without what follows their `=`."""
    if message.startswith(_UNKNOWN):
        given = message.removeprefix(_UNKNOWN).split(" ")
        return _UNKNOWN + " ".join(_option(word) for word in given[:8]) + (" …" if len(given) > 8 else "")
    if (match := _AMBIGUOUS.fullmatch(message)) is not None:
        return f"ambiguous option: {_option(match['option'])} could match {match['known']}"
    if (match := _REFUSED.fullmatch(message)) is not None:
        return f"{match['where']}: {match['what']}: {_given(match['value'][1:-1], match['choices'])}{match['choices'] or ''}"
    return message


def _given(value: str, choices: str | None) -> str:
    """A value as it is told: one that is near a choice; any other may be what was meant for another option."""
    near = nearest(value, _CHOICE.findall(choices or ""))
    return quote(value, "choice") if near else f"`{MASK}`"


def _option(word: str) -> str:
    match = _OPTION.match(word)
    if match is None:
        return MASK
    return match[0] if match.end() == len(word) else f"{match[0]}={MASK}"


class Parser(argparse.ArgumentParser):
    """A parser whose errors go through the one door to what is shown."""

    def error(self, message: str) -> NoReturn:
        report.emit(f"{self.format_usage()}{self.prog}: error: {words(message)}\n", sys.stderr)
        sys.exit(2)
