"""The SARIF report, judged by the tool of those who wrote the format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import report
from mooring.problems.problem import ObjectRef, Problem, Step
from mooring.report import Report, Summary, Terminal
from tests.real import sarif
from tests.real.conftest import missing

REPORT = Report(
    (
        Problem(
            "secret-not-referenced", "the pod names no Secret.", file="a b/ä.yaml", line=4, column=7, hint="name it",
            object=ObjectRef("v1", "Pod", "vision", "app"), environment="prod",
            flow=(Step("the image", "a b/ä.yaml", 4, 7), Step("its account", "x%, y.yaml", 2), Step("no Secret")),
        ),
        Problem("schema", "`spec` is a list.", file="/elsewhere/c.yaml", line=1, column=1, silenced="legacy"),
        Problem("robot-unused", "no service uses robot `a`.", severity="warning"),
    ),
    Summary(),
)  # fmt: skip
# No page of mooring's own is there to name.
KNOWN = {"SARIF2005"}


@pytest.fixture(scope="module")
def multitool() -> Path:
    try:
        return sarif.install()
    except sarif.Unavailable as error:
        missing(f"real tool `sarif` is missing: {error}")


@pytest.mark.parametrize("given", [REPORT, Report()])
def test_the_multitool_finds_no_error_and_no_warning(given: Report, multitool: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.sarif"
    log.write_text(report.render("sarif", given, Terminal()), encoding="utf-8")
    found = [(rule, level) for rule, level in sarif.findings(multitool, log) if level in ("error", "warning")]
    assert {rule for rule, _ in found} <= KNOWN, found


def test_the_multitool_sees_what_is_wrong(multitool: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.sarif"
    broken = json.loads(report.render("sarif", REPORT, Terminal()))
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    log.write_text(json.dumps(broken))
    assert ("SARIF1007", "error") in set(sarif.findings(multitool, log))
