"""One fault is one problem, however many environments have it."""

from __future__ import annotations

import dataclasses

import pytest

from mooring.problems.collecting import merge
from mooring.problems.problem import Problem

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
