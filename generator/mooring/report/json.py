"""For other tools: `{"problems": […], "summary": {…}}`, and `pulls` where they were asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

from mooring.problems.problem import Problem
from mooring.redaction import as_json, shown
from mooring.report import Report, Terminal


def as_data(problem: Problem) -> dict[str, Any]:
    """A problem as it stands in the JSON."""
    ref = problem.object
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "route": problem.shown_route,
        "hint": problem.hint,
        "object": ref.as_json() if ref else None,
        "environment": problem.environment,
        "environments": list(problem.environments or filter(None, (problem.environment,))),
        "root": problem.root,
        "roots": list(problem.roots or filter(None, (problem.root,))),
    }


def text(report: Report, _terminal: Terminal) -> str:
    """The report as one JSON document."""
    summary = dataclasses.asdict(report.summary)
    summary["seconds"] = round(summary["seconds"], 3)
    problems = [as_data(problem) for problem in report.problems if problem.silenced is None]
    body: dict[str, Any] = {"problems": problems, "summary": summary}
    if report.pulls is not None:
        body["pulls"] = list(report.pulls)
    if report.deletions is not None:
        body["deleted"] = [shown(path, "file") for path in report.deletions.done]
        body["would_delete"] = [shown(path, "file") for path in report.deletions.planned]
    return as_json(body)
