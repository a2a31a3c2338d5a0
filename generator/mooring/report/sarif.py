"""For code scanning: SARIF 2.1.0, one run, with a rule for each code that occurs, from the code's page.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from mooring import __version__, rules
from mooring.problems.problem import Problem, Step
from mooring.redaction import as_json, shown
from mooring.report import Report, Terminal, whole

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _rule(code: str) -> dict[str, Any]:
    """A code as a SARIF rule."""
    page = rules.page(code)
    plain = f"{page.what}\n\nWhy: {page.why}\n\nExample:\n\n{page.example}\n\nInstead:\n\n{page.instead}"
    fence = "```"
    markdown = (
        f"{page.what}\n\n**Why**: {page.why}\n\nExample:\n\n{fence}yaml\n{page.example}\n{fence}\n\n"
        f"Instead:\n\n{fence}yaml\n{page.instead}\n{fence}"
    )
    name = code.title().replace("-", "")
    return {
        "id": code,
        # A name that is its id in other letters is none (SARIF1001 of Microsoft's multitool).
        **({"name": name} if name.lower() != code else {}),
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.what},
        "help": {"text": plain, "markdown": markdown},
        "defaultConfiguration": {"level": page.severity},
        "properties": {"tags": [page.family]},
    }


def _place(at: Problem | Step) -> dict[str, Any]:
    """Where it is in a file, if it is in one. A name's bytes that are no UTF-8 are in the URI as they are on the disk."""
    if at.file is None:
        return {}
    absolute = at.file.startswith("/")
    uri = ("file://" if absolute else "") + quote(at.file, errors="surrogateescape")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri} if absolute else {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if at.line is not None:
        physical["region"] = {"startLine": at.line, "startColumn": at.column or 1}
    return {"physicalLocation": physical}


def _location(problem: Problem) -> dict[str, Any]:
    location = _place(problem)
    if problem.object is not None:
        ref = problem.object
        names = [shown(ref.kind, "choice"), shown(ref.namespace, "name"), shown(ref.name, "name")]
        full = "/".join(name for name in names if name)
        location["logicalLocations"] = [{"name": names[-1], "fullyQualifiedName": full, "kind": "resource"}]
    return location


def _fingerprint(problem: Problem) -> str:
    """The same as long as the fault is, wherever its line moves to."""
    said = (problem.code, problem.file, problem.shown_route, problem.message, problem.where or None)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _result(problem: Problem, index: dict[str, int]) -> dict[str, Any]:
    """A problem as a SARIF result."""
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index[problem.code],
        "level": problem.severity,
        "message": {"text": whole(problem)},
        "partialFingerprints": {"mooring/v1": _fingerprint(problem)},
    }
    if location := _location(problem):
        result["locations"] = [location]
    if problem.flow:
        steps = [{"location": {**_place(step), "message": {"text": step.message}}} for step in problem.flow]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if problem.silenced is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": shown(problem.silenced, "reason")}]
    return result


def text(report: Report, _terminal: Terminal) -> str:
    """The report as one SARIF log; what is silenced is in it, suppressed."""
    codes = sorted({problem.code for problem in report.problems})
    index = {code: number for number, code in enumerate(codes)}
    driver = {"name": "mooring", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, index) for problem in report.problems],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
