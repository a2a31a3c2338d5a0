"""What becomes of problems before they are reported: silenced, merged and put in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mooring.problems.collecting import finish, merge, once_per_kind, silence_annotated, silence_commented
from mooring.problems.problem import ObjectRef, Problem

REF = ObjectRef("v1", "Pod", "n", "a")


def annotated(value: Any) -> dict[str, Any]:
    return {"metadata": {"annotations": {"mooring.dev/allow": value}}}


@pytest.mark.parametrize(("value", "reason"), [
    ("no-robot: the mirror is public", "the mirror is public"),
    (" no-robot : why", "why"),
    ("no-robot: a: b", "a: b"),
    ("no-robot", None),
    ("no-robot:", None),
    ("no-robot:  ", None),
    ("no-robots: why", None),
    ("other: no-robot: why", None),
    (None, None),
    (5, None),
])  # fmt: skip
def test_an_annotation_silences_a_code_with_a_reason(value: Any, reason: str | None) -> None:
    assert silence_annotated(Problem("no-robot", "m"), annotated(value)).silenced == reason


def test_a_problem_has_its_severity_its_environment_and_its_object_s_word() -> None:
    known = {REF: annotated("robot-unused: kept for later")}
    found = finish(Problem("robot-unused", "m", object=REF), "prod", known)
    assert (found.severity, found.environment, found.silenced) == ("warning", "prod", "kept for later")
    other = finish(Problem("no-robot", "m", object=ObjectRef("v1", "Pod", "n", "b")), None, known)
    assert (other.severity, other.environment, other.silenced) == ("error", None, None)
    assert finish(Problem("no-robot", "m"), None, known).silenced is None


@dataclass(frozen=True)
class Commented:
    path: str
    comments: tuple[tuple[int, str, str], ...]

    def allowances(self) -> Iterator[tuple[int, str, str]]:
        return iter(self.comments)


@pytest.mark.parametrize(("file", "line", "code", "reason"), [
    ("a.yaml", 3, "no-robot", "why"), ("a.yaml", 4, "no-robot", None), ("b.yaml", 3, "no-robot", None),
    ("a.yaml", 3, "robot-unused", None),
])  # fmt: skip
def test_a_comment_silences_its_code_on_its_line(file: str, line: int, code: str, reason: str | None) -> None:
    commented = Commented("a.yaml", ((3, "no-robot", "why"),))
    (found,) = silence_commented([Problem(code, "m", file=file, line=line)], [commented])
    assert found.silenced == reason


def test_without_comments_problems_stay_as_they_are() -> None:
    problems = [Problem("no-robot", "m")]
    assert silence_commented(problems, [Commented("a.yaml", ())]) is problems


FAULT = Problem("schema", "unknown field `imag` in `spec`", file="fleet.yaml", line=3, column=5)


@pytest.mark.parametrize(
    ("having", "environments", "expected", "where"),
    [
        (["dev", "prod"], ["dev", "prod"], None, ""),
        (["dev", "prod"], ["dev", "prod", "stage"], "dev", "dev, prod"),
        (["prod"], ["dev", "prod"], "prod", "prod"),
        ([None, "prod"], ["dev", "prod"], None, ""),
        (["default"], ["default"], None, ""),
    ],
)
def test_one_fault_is_one_problem(
    having: list[str | None], environments: list[str], expected: str | None, where: str
) -> None:
    (problem,) = merge([dataclasses.replace(FAULT, environment=name) for name in having], environments)
    assert (problem.environment, problem.where) == (expected, where)
    assert dataclasses.replace(problem, environment=None, environments=()) == FAULT


def test_faults_whose_text_differs_stay_apart() -> None:
    other = dataclasses.replace(FAULT, message="unknown field `imge` in `spec`", environment="prod")
    mine = dataclasses.replace(FAULT, environment="dev")
    assert merge([other, mine], ["dev", "prod"]) == [mine, other]


def test_what_one_environment_silences_is_not_silenced_in_another() -> None:
    silenced = dataclasses.replace(FAULT, environment="dev", silenced="it is being moved")
    counted = dataclasses.replace(FAULT, environment="prod")
    assert merge([silenced, counted], ["dev", "prod"]) == [silenced, counted]


def test_one_note_for_each_kind_without_a_schema() -> None:
    """A walk of a cluster's backup found 842 objects of a few kinds."""
    notes = [Problem("no-schema", f"no schema for {kind}: this object is not checked", file=f"{n}.yaml", severity="note")
             for n, kind in enumerate(("A", "B", "A", "A"))]  # fmt: skip
    error = Problem("no-schema", "no schema for A: this object is not checked", severity="error")
    found = [(p.file, p.severity, p.message) for p in once_per_kind([*notes, error, error])]
    assert found == [
        ("0.yaml", "note", "no schema for A: this object is not checked, nor are 2 more of its kind"),
        ("1.yaml", "note", "no schema for B: this object is not checked"),
        (None, "error", "no schema for A: this object is not checked"),
        (None, "error", "no schema for A: this object is not checked"),
    ]
