"""The Code Quality report: what GitLab would drop or mix up."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mooring import cli, report
from mooring.problems.problem import ObjectRef, Problem
from mooring.report import Report, Terminal

# GitLab's own schema (`app/validators/json_schemas/codeclimate.json`) requires four of these keys, with these types, and
# leaves all else open. Its reader ends at the first entry that fails. The place, `check_name` and the severities are from
# its page on the format, https://docs.gitlab.com/ci/testing/code_quality/.
ENTRY = {
    "type": "object",
    "required": ["description", "fingerprint", "severity", "location", "check_name"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "additionalProperties": False,
            "properties": {
                "path": {"type": "string", "minLength": 1, "pattern": "^(?!\\./)"},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}
FORMAT = {"type": "array", "items": ENTRY}
AT = Problem("schema", "`a` is a list", file="deploy/app.yaml", line=4, column=7, route=("spec", "a"), environment="prod")
REF = ObjectRef("v1", "Pod", "vision", "app")
# Each differs from `AT` in one thing that makes it another fault.
OTHERS = [
    dataclasses.replace(AT, code="syntax"),
    dataclasses.replace(AT, file="deploy/other.yaml"),
    dataclasses.replace(AT, route=("spec", "b")),
    dataclasses.replace(AT, environment="dev"),
    dataclasses.replace(AT, environment=None),
    dataclasses.replace(AT, root="deploy/prod"),
    dataclasses.replace(AT, object=REF),
    dataclasses.replace(AT, object=dataclasses.replace(REF, name="other")),
]


def written(*problems: Problem, quiet: bool = False) -> Any:
    entries = json.loads(report.render("gitlab", Report(problems, quiet=quiet), Terminal()))
    jsonschema.validate(entries, FORMAT)
    return entries


def prints(*problems: Problem) -> list[str]:
    return [entry["fingerprint"] for entry in written(*problems)]


def test_an_entry_is_as_gitlab_reads_it() -> None:
    (entry,) = written(AT)
    assert entry == {
        "description": "`a` is a list (prod)",
        "check_name": "schema",
        "fingerprint": entry["fingerprint"],
        "severity": "major",
        "location": {"path": "deploy/app.yaml", "lines": {"begin": 4}},
    }


@pytest.mark.parametrize(
    ("code", "severity", "expected"),
    [
        ("schema", "error", "major"),
        ("plaintext-credential", "error", "blocker"),
        ("plaintext-credential", "note", "info"),
        ("robot-unused", "warning", "minor"),
        ("not-at-hand", "note", "info"),
    ],
)
def test_severities(code: str, severity: Any, expected: str) -> None:
    assert [entry["severity"] for entry in written(Problem(code, "x", severity=severity))] == [expected]


def test_a_fingerprint_stays_where_lines_and_days_move() -> None:
    moved = dataclasses.replace(AT, line=99, column=1, message="expires in 12 days")
    assert prints(AT) == prints(moved)


def test_faults_of_different_places_have_different_fingerprints() -> None:
    alone = [prints(problem)[0] for problem in (AT, *OTHERS)]
    assert len(set(alone)) == 9, "told apart by what they are, not by their number"
    assert prints(AT, *OTHERS) == alone


def test_equal_faults_do_not_vanish_and_keep_their_fingerprints_where_lines_move() -> None:
    three = (AT, dataclasses.replace(AT, line=9), dataclasses.replace(AT, message="another"))
    found = prints(*three)
    assert len(set(found)) == 3
    assert found == prints(*(dataclasses.replace(problem, line=(problem.line or 0) + 5) for problem in three))
    assert prints(AT, OTHERS[0], AT)[::2] == prints(AT, AT), "what stands between them changes nothing"


def test_what_stands_nowhere_is_shown_at_the_fleet_file() -> None:
    (entry,) = written(Problem("no-robot", "x"))
    assert entry["location"] == {"path": "fleet.yaml", "lines": {"begin": 1}}


def test_what_is_silenced_is_left_out_and_notes_where_quiet() -> None:
    problems = (AT, dataclasses.replace(AT, silenced="legacy"), dataclasses.replace(AT, severity="note"))
    assert [entry["severity"] for entry in written(*problems)] == ["major", "info"]
    assert [entry["severity"] for entry in written(*problems, quiet=True)] == ["major"]


def test_check_writes_it_beside_another_format(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "deploy").mkdir()
    (here / "deploy/a.yaml").write_text("a: [\n")
    arguments = ["check", "./deploy", "--format", "gitlab", "--output", "gl.json", "--format", "text"]
    assert cli.main(arguments) == 1
    (entry,) = json.loads((here / "gl.json").read_text())
    assert (entry["check_name"], entry["location"]) == ("syntax", {"path": "deploy/a.yaml", "lines": {"begin": 2}})
    assert "deploy/a.yaml:2:1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "broken", [("location", {"path": "./a.yaml", "lines": {"begin": 1}}), ("severity", "error"), ("fingerprint", 1)]
)
def test_the_check_can_fail(broken: tuple[str, object]) -> None:
    entries = written(*itertools.repeat(AT, 2))
    entries[1][broken[0]] = broken[1]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(entries, FORMAT)
