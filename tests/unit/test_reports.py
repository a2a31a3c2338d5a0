"""Every report format, whole, over the same report: what is printed is under test, byte by byte."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from mooring import cli, report
from mooring.problem import ObjectRef, Problem
from mooring.report import Report, Summary, Terminal

REF = ObjectRef("v1", "Pod", "vision", "app")
REPORT = Report(
    (
        Problem(
            "secret-not-referenced", "the pod names no Secret for `é, 100 %: \x1b[31m`", file="a b/ä.yaml", line=4, column=7,
            hint="two\nlines", expected="`x`", object=REF, environment="prod", snippet="    image: é", caret=12,
        ),
        Problem("robot-unused", "no service uses robot `<&\">`", severity="warning"),
        Problem("not-at-hand", "a runtime is not at hand", file="b.yaml", severity="note"),
        Problem("schema", "`spec` is a list", file="/elsewhere/c.yaml", line=1, column=1, silenced="legacy \u0001"),
    ),
    Summary(documents=3, services=2, pulls=5, problems=2, silenced=1, seconds=1.25, skipped=4),
)  # fmt: skip
ENDINGS = {"text": "txt", "json": "json", "sarif": "sarif.json", "junit": "xml", "github": "github.txt"}
# What of the published schema bears on what is written here
# (https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json).
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
POSITIVE = {"type": "integer", "minimum": 1}
SARIF: dict[str, Any] = {
    "type": "object", "required": ["version", "runs"], "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool"], "additionalProperties": False,
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name"], "properties": {"rules": {"uniqueItems": True, "items": {
                        "type": "object", "required": ["id"], "additionalProperties": False,
                        "properties": {
                            "id": {"type": "string"}, "shortDescription": MESSAGE, "fullDescription": MESSAGE,
                            "help": MESSAGE,
                            "defaultConfiguration": {"properties": {"level": LEVEL}}, "properties": {"type": "object"},
                        },
                    }}},
                }}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message"], "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": -1}, "level": LEVEL,
                        "message": MESSAGE, "partialFingerprints": {"additionalProperties": {"type": "string"}},
                        "suppressions": {"items": {"required": ["kind"], "properties": {
                            "kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string"}}}},
                        "locations": {"type": "array", "items": {"additionalProperties": False, "properties": {
                            "logicalLocations": {"type": "array"},
                            "physicalLocation": {"required": ["artifactLocation"], "properties": {
                                "artifactLocation": {"properties": {"uri": {"type": "string", "pattern": "^[!-~]*$"}}},
                                "region": {"properties": {"startLine": POSITIVE, "startColumn": POSITIVE}},
                            }},
                        }}},
                    },
                }},
            },
        }},
    },
}  # fmt: skip


@pytest.mark.parametrize("form", report.formats())
def test_the_whole_of_each_format(form: str, file_regression: FileRegressionFixture) -> None:
    text = report.render(form, REPORT, Terminal())
    path = Path(__file__).with_name("test_reports") / f"report.{ENDINGS[form]}"
    file_regression.check(text.encode(), fullpath=path, binary=True)


@pytest.mark.parametrize("form", report.formats())
def test_a_clean_report(form: str, file_regression: FileRegressionFixture) -> None:
    text = report.render(form, Report(summary=Summary(documents=1), says="clean"), Terminal())
    path = Path(__file__).with_name("test_reports") / f"clean.{ENDINGS[form]}"
    file_regression.check(text.encode(), fullpath=path, binary=True)


@pytest.mark.parametrize("width", [None, 40, 80])
@pytest.mark.parametrize("colour", [False, True])
def test_text_on_terminals(width: int | None, colour: bool, file_regression: FileRegressionFixture) -> None:
    text = report.render("text", REPORT, Terminal(width, colour))
    path = Path(__file__).with_name("test_reports") / f"terminal-{width}{'-colour' if colour else ''}.txt"
    file_regression.check(text.encode(), fullpath=path, binary=True)


def test_sarif_is_as_its_schema_says() -> None:
    log = json.loads(report.render("sarif", REPORT, Terminal()))
    validator = jsonschema.Draft202012Validator(SARIF)
    assert list(validator.iter_errors(log)) == []
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    run["results"][0]["level"] = "fatal"
    assert list(validator.iter_errors(log)) != [], "the check cannot fail"


def test_a_fingerprint_stays_where_a_line_moves() -> None:
    import dataclasses

    moved = Report(tuple(dataclasses.replace(p, line=99) for p in REPORT.problems), REPORT.summary)

    def prints(given: Report) -> list[str]:
        results = json.loads(report.render("sarif", given, Terminal()))["runs"][0]["results"]
        return [result["partialFingerprints"]["mooring/v1"] for result in results]

    assert prints(moved) == prints(REPORT) and len(set(prints(REPORT))) == 4


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(report.render("junit", REPORT, Terminal()))
    (suite,) = root
    cases = list(suite)
    assert suite.get("tests") == str(len(cases)) == "4"
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "2"
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped"))) == "2"


def test_github_is_what_an_action_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (tmp_path / "a.yaml").write_text("a: [\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert cli.main(["check", "a.yaml"]) == 1
    assert capsys.readouterr().out.startswith("::error file=a.yaml,line=2,col=1,title=mooring syntax::")
    assert cli.main(["check", "a.yaml", "--format", "text"]) == 1
    assert "::" not in capsys.readouterr().out


def test_a_report_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a: 1\n")
    assert cli.main(["check", "a.yaml", "--format", "sarif", "--output", "no/where.json"]) == 2
    assert "`no/where.json` cannot be written" in capsys.readouterr().err
