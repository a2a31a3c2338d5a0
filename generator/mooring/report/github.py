"""For GitHub Actions: each problem as an annotation of the changed files, and the closing line.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from mooring.problems.problem import Problem
from mooring.redaction import harmless, printable
from mooring.report import Report, Terminal, whole
from mooring.report.text import closing

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def _data(text: str) -> str:
    return "%0A".join(harmless(printable(line)).replace("%", "%25") for line in text.split("\n"))


def _value(text: str) -> str:
    """A property, which is one line."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


def _annotation(problem: Problem) -> str:
    where = {"file": problem.file, "line": problem.line, "col": problem.column, "title": f"mooring {problem.code}"}
    properties = ",".join(f"{name}={_value(str(value))}" for name, value in where.items() if value is not None)
    return f"::{_COMMANDS[problem.severity]} {properties}::{_data(whole(problem))}\n"


def text(report: Report, _terminal: Terminal) -> str:
    """One workflow command for each problem that is not silenced, and the summary, which no command is."""
    return "".join(map(_annotation, report.listed)) + closing(report)
