"""For CI servers: JUnit XML, one test case for each problem; without any, one that passes.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd:
errors and warnings are failures of their type, notes and what is silenced are skipped, with the reason.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from mooring.problem import Problem
from mooring.report import Report, Terminal

# https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _legal(text: str) -> str:
    return _NO_XML.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode(), text)


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(_legal(str(value)))}" for name, value in values.items())


def _place(problem: Problem) -> str:
    return ":".join(str(part) for part in (problem.file or "fleet", problem.line, problem.column) if part is not None)


def _case(problem: Problem) -> str:
    where = f" ({problem.environment})" if problem.environment else ""
    head = _attributes(name=f"{_place(problem)} {problem.code}{where}", classname=f"mooring.{problem.code}", time="0")
    if problem.silenced is not None or problem.severity == "note":
        reason = _attributes(message=problem.silenced or problem.message)
        return f"    <testcase{head}>\n      <skipped{reason}/>\n    </testcase>\n"
    body = "\n".join(line for line in (problem.snippet, problem.expected, problem.hint) if line)
    failure = _attributes(message=problem.message, type=problem.code)
    return f"    <testcase{head}>\n      <failure{failure}>{escape(_legal(body))}</failure>\n    </testcase>\n"


def text(report: Report, _terminal: Terminal) -> str:
    """The report as one `testsuites` document."""
    skipped = sum(problem.silenced is not None or problem.severity == "note" for problem in report.problems)
    cases = [_case(problem) for problem in report.problems]
    cases = cases or [f"    <testcase{_attributes(name='clean', classname='mooring', time='0')}/>\n"]
    counts = {"tests": len(cases), "failures": len(report.problems) - skipped, "errors": 0}
    head = _attributes(name="mooring", **counts, time=f"{report.summary.seconds:.3f}")
    suite = f"  <testsuite{head}{_attributes(skipped=skipped)}>\n{''.join(cases)}  </testsuite>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites{head}>\n{suite}</testsuites>\n'
