"""Every report format, whole, over the same report: what is printed is under test, byte by byte."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from pytest_regressions.file_regression import FileRegressionFixture

from mooring import cli, report
from mooring.check.dates import RobotExpiry
from mooring.problems.problem import ObjectRef, Problem, Step
from mooring.report import Report, Summary, Terminal, Total
from tests.support.example import ROOT, copy

REF = ObjectRef("v1", "Pod", "vision", "app")
REPORT = Report(
    (
        Problem(
            "secret-not-referenced", "the pod names no Secret for `é, 100 %: \x1b[31m`", file="a b/ä.yaml", line=4, column=7,
            hint="two\nlines", expected="`x`", object=REF, environment="prod", snippet="    image: é", caret=12,
            flow=(Step("the image", "a b/ä.yaml", 4, 7), Step("its account", "x%, y:z.yaml", 2), Step("no Secret")),
        ),
        Problem(
            "no-robot", "`a,b: 100 %\r\n::error::c` names no robot", file="x%, y:z.yaml", line=2, column=3, hint="d\u2028e"
        ),
        Problem("robot-unused", "no service uses robot `<&\">`", severity="warning"),
        Problem("not-at-hand", "a runtime is not at hand", file="b.yaml", severity="note"),
        Problem("schema", "`spec` is a list", file="/elsewhere/c.yaml", line=1, column=1, silenced="legacy \u0001"),
    ),
    Summary(
        documents=3, services=2, pulls=9, proved=4, other=3, unknown=1, broken=1, problems=3, silenced=1, seconds=1.25,
        skipped=4, other_registries=("docker.io", "quay.io"), private_registries=("harbor.example.com",),
    ),
    totals=(Total(2, "error", "no-robot"), Total(1, "warning", "robot-unused"), Total(1, "note", "not-at-hand")),
    robots=(
        RobotExpiry("prod", "vision", "harbor.example.com", True, datetime.date(2027, 3, 1), 30),
        RobotExpiry("prod", "batch", "harbor.example.com", True, None, 30),
        RobotExpiry("dev", "vision", "[::1]:8443", False, None, 30),
    ),
)  # fmt: skip
ENDINGS = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif.json",
    "junit": "xml",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "prometheus": "prom",
}
JUNIT = xmlschema.XMLSchema(ROOT / "tests" / "data" / "junit.xsd")
EMPTY = Report(summary=Summary(documents=1), says="clean")
LONG = "          image: harbor.example.com/" + "team/" * 12 + "é:1.0  # " + "x" * 40
# As published, and in npm's `@microsoft/sarif-multitool-linux` 5.7.0; `tests/real/test_sarif.py` runs the program itself.
SARIF = json.loads((ROOT / "tests" / "data" / "sarif-2.1.0.json").read_text())
# What a URI may be made of: without these, a format is a remark.
URIS = jsonschema.FormatChecker(formats=())
for name in ("uri", "uri-reference"):
    URIS.checks(name)(lambda uri: not isinstance(uri, str) or re.fullmatch(r"[!-~]*", uri) is not None)


def wrong(log: Any) -> list[str]:
    """What the published schema has against a SARIF log."""
    judge = jsonschema.Draft202012Validator(SARIF, format_checker=URIS)
    return [error.json_path for error in judge.iter_errors(log)]


@pytest.mark.parametrize("form", report.formats())
def test_the_whole_of_each_format(form: str, file_regression: FileRegressionFixture) -> None:
    text = report.render(form, REPORT, Terminal())
    path = Path(__file__).with_name("test_reports") / f"report.{ENDINGS[form]}"
    file_regression.check(text.encode(), fullpath=path, binary=True)


@pytest.mark.parametrize("form", report.formats())
def test_a_clean_report(form: str, file_regression: FileRegressionFixture) -> None:
    text = report.render(form, EMPTY, Terminal())
    path = Path(__file__).with_name("test_reports") / f"clean.{ENDINGS[form]}"
    file_regression.check(text.encode(), fullpath=path, binary=True)


@pytest.mark.parametrize("width", [None, 40, 80])
@pytest.mark.parametrize("colour", [False, True])
def test_text_on_terminals(width: int | None, colour: bool, file_regression: FileRegressionFixture) -> None:
    problem = Problem(
        "secret-not-referenced", "no Secret", file="a.yaml", line=7, column=18, snippet=LONG, caret=18, hint="é"
    )
    far = dataclasses.replace(problem, severity="warning", column=98, caret=98)
    text = report.render("text", Report((problem, far), Summary(problems=2)), Terminal(width, colour))
    path = Path(__file__).with_name("test_reports") / f"terminal-{width}{'-colour' if colour else ''}.txt"
    file_regression.check(text.encode(), fullpath=path, binary=True)


def sarif(given: Report) -> Any:
    return json.loads(report.render("sarif", given, Terminal()))


@pytest.mark.parametrize("given", [REPORT, EMPTY])
def test_sarif_is_as_its_schema_says(given: Report) -> None:
    log = sarif(given)
    assert wrong(log) == []
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("route", "value"),
    [
        ((0, "level"), "fatal"),
        ((0, "locations", 0, "physicalLocation", "artifactLocation", "uri"), "a b.yaml"),
        ((0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        ((0, "codeFlows", 0, "threadFlows", 0, "locations"), []),
        ((0, "codeFlows", 0, "threadFlows", 0, "locations", 0, "message"), {"text": "beside the location"}),
        ((4, "suppressions", 0, "kind"), "inComment"),
        ((0, "message"), {}),
    ],
)
def test_the_sarif_check_can_fail(route: tuple[Any, ...], value: object) -> None:
    log = sarif(REPORT)
    *parents, last = route
    node = log["runs"][0]["results"]
    for step in parents:
        node = node[step]
    node[last] = value
    assert wrong(log) != []


def test_a_fingerprint_stays_where_a_line_moves() -> None:
    moved = Report(tuple(dataclasses.replace(p, line=99) for p in REPORT.problems), REPORT.summary)

    def prints(given: Report) -> list[str]:
        results = json.loads(report.render("sarif", given, Terminal()))["runs"][0]["results"]
        return [result["partialFingerprints"]["mooring/v1"] for result in results]

    assert prints(moved) == prints(REPORT) and len(set(prints(REPORT))) == 5


@pytest.mark.parametrize("given", [REPORT, EMPTY])
def test_junit_is_as_its_schema_says(given: Report) -> None:
    text = report.render("junit", given, Terminal())
    assert list(JUNIT.iter_errors(text)) == []
    for broken in (text.replace('tests="', 'tests="-'), text.replace("<testcase ", "<testcase status='run' ")):
        assert list(JUNIT.iter_errors(broken)) != [], "the check cannot fail"


def test_junit_counts_what_it_holds_and_names_the_environment() -> None:
    root = ET.fromstring(report.render("junit", REPORT, Terminal()))
    (suite,) = root
    cases = list(suite)
    assert [case.get("name") for case in cases][:2] == [
        "a b/ä.yaml:4:7 secret-not-referenced (prod)", "x%, y:z.yaml:2:3 no-robot",
    ]  # fmt: skip
    assert suite.get("tests") == str(len(cases)) == "5"
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "3"
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped"))) == "2"


def test_github_is_what_an_action_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (tmp_path / "a.yaml").write_text("a: [\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert cli.main(["check", "a.yaml"]) == 1
    assert capsys.readouterr().out.startswith("::error file=a.yaml,line=2,col=1,title=mooring syntax::")
    assert cli.main(["check", "a.yaml", "--format", "text"]) == 1
    assert "::" not in capsys.readouterr().out


def test_an_action_gets_each_problem_as_one_line_and_no_command_from_a_file() -> None:
    *lines, last = report.render("github", REPORT, Terminal()).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning", "::notice"]
    assert "file=x%25%2C y%3Az.yaml,line=2,col=3,title=" in lines[1] and not last.startswith("::")


def test_rendering_in_an_action_leaves_stdout_to_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    copy(tmp_path, rendered=True)
    monkeypatch.chdir(tmp_path)
    said = []
    for action in ("", "true"):
        monkeypatch.setenv("GITHUB_ACTIONS", action)
        assert cli.main(["render", "--stdout"]) == 0
        said.append(capsys.readouterr())
    assert said[0].out == said[1].out != "" and "services" in said[1].err
    (tmp_path / "fleet.yaml").write_text("a: [\n")
    assert cli.main(["render", "--check"]) == 1
    broken = capsys.readouterr()
    assert broken.out == "" and broken.err.startswith("::error file=fleet.yaml,")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file's name is Unicode")
@pytest.mark.parametrize("form", [form for form in report.formats() if form != report.OF_ROBOTS])
def test_a_file_name_that_is_no_unicode(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path(os.fsdecode(b"\xff.yaml")).write_text("a: [\n")
    arguments = ["check", ".", "--format", form]
    assert cli.main(arguments) == cli.main([*arguments, "--output", "out"]) == 1
    shown = "%FF.yaml" if form == "sarif" else r"\udcff.yaml"
    assert shown in capsys.readouterr().out and shown in Path("out").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a: 1\n")
    assert cli.main(["check", "a.yaml", "--format", "sarif", "--output", "no/where.json"]) == 2
    assert "`no/where.json` cannot be written" in capsys.readouterr().err
