"""For CI servers: JUnit XML, one test case for each problem; without any, one that passes.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd:
errors and warnings are failures of their type, notes and what is silenced are skipped, with the reason.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # written, never parsed

from mooring.problems.problem import Problem
from mooring.redaction import printable, shown
from mooring.report import Report, Terminal

# What begins a command of a runner's is written as a reference to a character: the same text for whoever reads XML.
_COMMAND = re.compile(r"(?m)##(?=\[)|^(\s*):(?=:)")


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _element(parent: ET.Element | None, tag: str, **values: object) -> ET.Element:
    attributes = {name: _lines(str(value)) for name, value in values.items()}
    return ET.Element(tag, attributes) if parent is None else ET.SubElement(parent, tag, attributes)


def _place(problem: Problem) -> str:
    return ":".join(str(part) for part in (problem.file or "fleet", problem.line, problem.column) if part is not None)


def _is_skipped(problem: Problem) -> bool:
    return problem.silenced is not None or problem.severity == "note"


def _case(suite: ET.Element, problem: Problem) -> None:
    where = f" ({problem.where})" if problem.where else ""
    name = f"{_place(problem)} {problem.code}{where}"
    case = _element(suite, "testcase", name=name, classname=f"mooring.{problem.code}", time="0")
    if _is_skipped(problem):
        _element(case, "skipped", message=shown(problem.silenced, "reason") if problem.silenced else problem.message)
        return
    failure = _element(case, "failure", message=problem.message, type=problem.code)
    failure.text = _lines("\n".join(line for line in (problem.snippet, problem.expected, problem.hint) if line))


def text(report: Report, _terminal: Terminal) -> str:
    """The report as one `testsuites` document."""
    skipped = sum(map(_is_skipped, report.problems))
    counts = {"tests": len(report.problems) or 1, "failures": len(report.problems) - skipped, "errors": 0}
    head = {"name": "mooring", **counts, "time": f"{report.summary.seconds:.3f}"}
    root = _element(None, "testsuites", **head)
    suite = _element(root, "testsuite", **head, skipped=skipped)
    for problem in report.problems:
        _case(suite, problem)
    if not report.problems:
        _element(suite, "testcase", name="clean", classname="mooring", time="0")
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    body = _COMMAND.sub(lambda match: "#&#35;" if match[1] is None else f"{match[1]}&#58;", written)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
