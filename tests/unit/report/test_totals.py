"""Many problems: those that differ only in their place are told as one, all are summed up by code, `--limit` ends them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mooring import cli, report
from mooring.problems.problem import Problem
from mooring.report import Report, Summary, Terminal, Total

Captured = pytest.CaptureFixture[str]
# One unknown field in each, at line 4; and every second one has a misspelt kind of list too.
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: a, image: nginx}], %s: 1}\n"


def text(problems: list[Problem], **more: object) -> list[str]:
    given = Report(tuple(problems), Summary(), totals=report.totals(problems), **more)  # type: ignore[arg-type]
    return report.render("text", given, Terminal()).split("\n\n")


def at(line: int, message: str = "one", **more: object) -> Problem:
    return Problem("schema", message, file="a.yaml", line=line, column=1, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, ["a.yaml:1:1: error[schema]: one"]),
        (2, ["a.yaml:1:1: error[schema]: one", "a.yaml:2:1: error[schema]: one"]),
        (3, ["a.yaml:1:1: error[schema]: one\n        and 2 more like it: a.yaml:2:1, a.yaml:3:1"]),
        (
            8,
            [
                "a.yaml:1:1: error[schema]: one\n        and 7 more like it: "
                "a.yaml:2:1, a.yaml:3:1, a.yaml:4:1, a.yaml:5:1, a.yaml:6:1, …"
            ],
        ),
    ],
)
def test_problems_that_differ_only_in_their_place_are_told_as_one(number: int, told: list[str]) -> None:
    assert text([at(line + 1) for line in range(number)])[:-1] == told


@pytest.mark.parametrize(
    "other",
    [{"message": "two"}, {"hint": "x"}, {"expected": "x"}, {"severity": "warning"}, {"code": "syntax"}, {"silenced": "why"}],
)
def test_problems_that_differ_in_more_stay_apart(other: dict[str, str]) -> None:
    problems = [at(1), at(2), Problem(**{"code": "schema", "message": "one", "file": "b.yaml", **other})]  # type: ignore[arg-type]
    assert "more like it" not in "".join(text(problems))


def test_an_environment_stands_beside_its_place() -> None:
    assert text([at(1), at(2, environment="dev"), at(3, environment="prod")])[0].splitlines()[1:] == [
        "        and 2 more like it: a.yaml:2:1 (dev), a.yaml:3:1 (prod)"
    ]


def test_totals_count_what_is_not_silenced_the_commonest_first() -> None:
    problems = [at(1), at(2, silenced="why"), Problem("syntax", "x", count=7), Problem("no-schema", "x", severity="note")]
    assert report.totals(problems) == (
        Total(7, "error", "syntax"),
        Total(1, "note", "no-schema"),
        Total(1, "error", "schema"),
    )


def test_a_long_report_ends_in_totals() -> None:
    problems = [*(at(line, str(line)) for line in range(1, 20)), Problem("syntax", "x", count=1_000)]
    assert text(problems)[-2] == "  1,000  error    syntax\n     19  error    schema"
    assert text(problems, quiet=True)[-2].endswith("[syntax]: x"), "no summary"
    assert text(problems[:19])[-2].endswith("[schema]: 19"), "nineteen are counted at a glance"


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for number in range(60):
        (tmp_path / f"{number:03}.yaml").write_text(POD % ("imagePullSecret" if number % 2 else f"a{number}"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sixty_problems(many: Path, capsys: Captured) -> None:
    assert cli.main(["check", "."]) == 1
    blocks = capsys.readouterr().out.split("\n\n")
    assert len(blocks) == 1 + 30 + 2, "one for 30 that are alike, 30 others, totals, closing line"
    assert blocks[-2].splitlines() == ["  60  error    schema"]


@pytest.mark.parametrize(("limit", "listed"), [("0", 0), ("2", 31), ("3", 32), ("60", 60)])
def test_a_limit_ends_the_list_in_every_format(limit: str, listed: int, many: Path, capsys: Captured) -> None:
    """The first is one of a kind, the second has 29 like it."""
    assert cli.main(["check", ".", "--limit", limit, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert len(found["problems"]) == listed
    assert (found["summary"]["problems"], found["summary"]["not_listed"]) == (60, 60 - listed)
    assert cli.main(["check", ".", "--limit", limit]) == 1
    blocks = capsys.readouterr().out.split("\n\n")
    assert blocks[-2 if listed else 0] == "  60  error    schema"
    assert ("not listed" in blocks[-1]) == (listed < 60)


def test_a_limit_leaves_out_nothing_that_is_silenced() -> None:
    problems = [at(1, silenced="why"), at(2, "two"), at(3, "three")]
    assert report.limited(problems, 1) == ((problems[0], problems[1]), 1)


@pytest.mark.parametrize("limit", ["-1", "many", "1.0"])
def test_a_limit_is_a_number(limit: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        cli.main(["render", f"--limit={limit}"])
    assert "argument --limit: write a whole number, 0 or more\n" in capsys.readouterr().err
