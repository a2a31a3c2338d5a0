"""For CI servers: JUnit XML, one test case for each problem; without any, one that passes.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd:
errors and warnings are failures of their type, notes and what is silenced are skipped, with the reason.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from mooring.problems.problem import Problem
from mooring.redaction import printable, shown
from mooring.report import Report, Terminal

# What begins a command of a runner's is written as a reference to a character: the same text for whoever reads XML.
_COMMAND = re.compile(r"(?m)##(?=\[)|^(\s*):(?=:)")


def _text(text: str) -> str:
    """Text of several lines as XML has it."""
    return _COMMAND.sub(lambda match: "#&#35;" if match[1] is None else f"{match[1]}&#58;", escape(_lines(text)))


def _attributes(**values: object) -> str:
    texts = {name: quoteattr(_lines(str(value))).replace("##[", "#&#35;[") for name, value in values.items()}
    return "".join(f" {name}={text}" for name, text in texts.items())


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _place(problem: Problem) -> str:
    return ":".join(str(part) for part in (problem.file or "fleet", problem.line, problem.column) if part is not None)


def _case(problem: Problem) -> str:
    where = f" ({problem.environment})" if problem.environment else ""
    head = _attributes(name=f"{_place(problem)} {problem.code}{where}", classname=f"mooring.{problem.code}", time="0")
    if problem.silenced is not None or problem.severity == "note":
        reason = _attributes(message=shown(problem.silenced, "reason") if problem.silenced else problem.message)
        return f"    <testcase{head}>\n      <skipped{reason}/>\n    </testcase>\n"
    body = "\n".join(line for line in (problem.snippet, problem.expected, problem.hint) if line)
    failure = _attributes(message=problem.message, type=problem.code)
    return f"    <testcase{head}>\n      <failure{failure}>{_text(body)}</failure>\n    </testcase>\n"


def text(report: Report, _terminal: Terminal) -> str:
    """The report as one `testsuites` document."""
    skipped = sum(problem.silenced is not None or problem.severity == "note" for problem in report.problems)
    cases = [_case(problem) for problem in report.problems]
    cases = cases or [f"    <testcase{_attributes(name='clean', classname='mooring', time='0')}/>\n"]
    counts = {"tests": len(cases), "failures": len(report.problems) - skipped, "errors": 0}
    head = _attributes(name="mooring", **counts, time=f"{report.summary.seconds:.3f}")
    suite = f"  <testsuite{head}{_attributes(skipped=skipped)}>\n{''.join(cases)}  </testsuite>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites{head}>\n{suite}</testsuites>\n'
