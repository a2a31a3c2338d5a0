"""For people: each problem with its place, the line itself and a caret, what was expected, and a hint."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from mooring.problems.problem import Problem
from mooring.redaction import printable
from mooring.report import Report, Terminal

_COLOURS = {"error": "\033[1;31m", "warning": "\033[1;33m", "note": "\033[1;36m", "dim": "\033[2m", "bold": "\033[1m"}
_RESET = "\033[0m"


def _paint(text: str, colour: str, terminal: Terminal) -> str:
    return f"{_COLOURS[colour]}{text}{_RESET}" if terminal.colour else text


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) or c == "\ufe0f" else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _snippet(problem: Problem, terminal: Terminal) -> Iterator[str]:
    if not problem.snippet.strip() or problem.line is None:
        return
    gutter = f"{problem.line:>5} | "
    line = problem.snippet
    column = min(problem.caret, len(line) + 1)
    before, rest = printable(line[: column - 1]), printable(line[column - 1 :])
    room = max(20, terminal.width - len(gutter)) if terminal.width else None
    if room and _width(before) > room * 2 // 3:
        before = "…" + before[len(before) - room // 3 :]
    if room and _width(before + rest) > room:
        rest = rest[: max(1, room - _width(before) - 1)] + "…"
    yield f"{_paint(gutter, 'dim', terminal)}{before}{rest}"
    yield " " * (len(gutter) + _width(before)) + _paint("^", problem.severity, terminal)


def _problem(problem: Problem, terminal: Terminal) -> Iterator[str]:
    place = printable(problem.file or "fleet")
    if problem.line is not None:
        place += f":{problem.line}:{problem.column}"
    label = _paint(f"{problem.severity}[{problem.code}]", problem.severity, terminal)
    where = f" ({printable(problem.environment)})" if problem.environment else ""
    yield f"{_paint(place, 'bold', terminal)}: {label}: {printable(problem.message)}{where}"
    yield from _snippet(problem, terminal)
    if problem.expected:
        yield f"        expected: {printable(problem.expected)}"
    if problem.hint:
        yield f"        hint: {printable(problem.hint)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def closing(report: Report) -> str:
    """The line that people look at first: what was read and proved, what was written, what is wrong."""
    if report.quiet:
        return ""
    summary, says = report.summary, report.says
    proved = "followed" if summary.problems else "proved"
    parts = [_count(summary.services, "service"), f"{_count(summary.pulls, 'pull')} {proved}"]
    parts.append(_count(summary.documents, "document"))
    if summary.written or summary.deleted or summary.unchanged:
        parts.append(f"{summary.written:,} written, {summary.unchanged:,} unchanged, {summary.deleted:,} deleted")
    parts.append(_count(summary.problems, "problem") + (f", {summary.silenced} silenced" if summary.silenced else ""))
    if summary.not_listed:
        parts.append(f"{_count(summary.not_listed, 'problem')} not listed")
    if summary.skipped:
        parts.append(f"{_count(summary.skipped, 'file')} skipped")
    return f"{says + ': ' if says else ''}{' · '.join(parts)} · {summary.seconds:.2f} s\n"


def problems(report: Report, terminal: Terminal) -> str:
    """The problems alone, a blank line between them."""
    blocks = ["\n".join(_problem(problem, terminal)) for problem in report.listed]
    return "\n\n".join(blocks) + "\n\n" if blocks else ""


def text(report: Report, terminal: Terminal) -> str:
    """The whole report."""
    return problems(report, terminal) + closing(report)
