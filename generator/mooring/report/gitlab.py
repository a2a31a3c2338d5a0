"""For GitLab's merge requests: a Code Quality report, one entry for each problem that is not silenced.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: GitLab reads entries up to the first one that
is malformed, and of several with one fingerprint it keeps the last.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from mooring.problems.problem import Problem
from mooring.redaction import as_json, printable
from mooring.report import Report, Terminal, whole

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}
# Whoever may read the repository has it already: worse than a pull that fails.
_BLOCKERS = frozenset({"plaintext-credential"})


def _severity(problem: Problem) -> str:
    return "blocker" if problem.code in _BLOCKERS and problem.severity == "error" else _SEVERITIES[problem.severity]


def _identity(problem: Problem) -> str:
    """What tells a fault from others, and stays as lines move: no line, and no message, which may count days."""
    ref = problem.object.as_json() if problem.object is not None else None
    return json.dumps([problem.code, problem.file, problem.shown_route, problem.environment, problem.root, ref])


def _fingerprint(identity: str, before: int) -> str:
    """A digest for the fault that has so many of the same identity `before` it."""
    said = f"{identity} {before}" if before else identity
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _entry(problem: Problem, fingerprint: str) -> dict[str, Any]:
    """A problem as GitLab reads it. A place is required: what stands in no file gets the fleet's usual one."""
    description = "\n".join(printable(line) for line in whole(problem).split("\n"))
    return {
        "description": description,
        "check_name": problem.code,
        "fingerprint": fingerprint,
        "severity": _severity(problem),
        "location": {"path": problem.file or "fleet.yaml", "lines": {"begin": problem.line or 1}},
    }


def text(report: Report, _terminal: Terminal) -> str:
    """The report as one array."""
    seen = Counter[str]()
    entries = []
    for problem in report.listed:
        identity = _identity(problem)
        entries.append(_entry(problem, _fingerprint(identity, seen[identity])))
        seen[identity] += 1
    return as_json(entries)
