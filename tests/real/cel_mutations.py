"""Every clause of an expression, broken: one by one, in the ways in which a clause can be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What is found → what it becomes; outside of string literals.
SWAPS = (
    (re.compile(r" &&(?=\s)"), " ||"),
    (re.compile(r" \|\|(?=\s)"), " &&"),
    (re.compile(r"!(?=[a-z(\[])"), ""),
    (re.compile(r" == "), " != "),
    (re.compile(r" != "), " == "),
    (re.compile(r"(?<=\) )> 0"), ">= 0"),
    (re.compile(r"(?<=\) )> 0"), "> 1"),
    (re.compile(r"(?<=\[)0(?=\])"), "1"),
    (re.compile(r"\.lowerAscii\(\)"), ""),
    (re.compile(r"\.exists\("), ".all("),
    (re.compile(r"\.all\("), ".exists("),
    (re.compile(r"\.startsWith\("), ".endsWith("),
    (re.compile(r"\.endsWith\("), ".startsWith("),
    (re.compile(r"\btrue\b"), "false"),
)
TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")
FILTER = re.compile(r"\.filter\((\w+), ")


def mutations(expression: str) -> Iterator[tuple[str, str]]:
    """(what was done where, the expression)."""
    literals = [found.span() for found in TEXT.finditer(expression)]

    def bare(at: int) -> bool:
        return not any(start < at < end for start, end in literals)

    for pattern, other in SWAPS:
        for found in pattern.finditer(expression):
            if bare(found.start()):
                yield _named(expression, found.start(), found[0], other), _put(expression, found.span(), other)
    for found in TEXT.finditer(expression):
        yield _named(expression, found.start(), found[0], "other"), _put(expression, found.span(), f"'{found[1]}~'")
    for found in FILTER.finditer(expression):
        end = _closing(expression, found.end(), literals)
        yield _named(expression, found.start(), "filter", "all"), _put(expression, (found.end(), end), "true")


def _named(expression: str, at: int, what: str, other: str) -> str:
    context = " ".join(expression[max(0, at - 60) : at + 40].split())
    return f"{what.strip()} → {other.strip() or 'nothing'} in …{context}…"


def _put(expression: str, span: tuple[int, int], text: str) -> str:
    return expression[: span[0]] + text + expression[span[1] :]


def _closing(expression: str, start: int, literals: list[tuple[int, int]]) -> int:
    """Where the parenthesis closes that is open at `start`."""
    depth, at = 1, start
    while True:
        if not any(begin < at < end for begin, end in literals):
            depth += {"(": 1, ")": -1}.get(expression[at], 0)
            if not depth:
                return at
        at += 1
