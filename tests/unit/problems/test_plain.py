"""A problem that has its line comes back from JSON as it was; one that still needs its text is not made into data."""

from __future__ import annotations

import json

import pytest

from mooring.problems.plain import as_plain, of_plain
from mooring.problems.problem import ObjectRef, Problem, Step
from mooring.yaml.document import read_fleet

DOCUMENT = read_fleet("a: 1\n", "fleet.yaml")[0]
FLOW = (Step("image `a`", "fleet.yaml", 3, 5), Step("no Secret"))
PROBLEMS = [
    Problem("drifts", "the message"),
    Problem(
        "no-robot", "it is broken", None, ("services", 2, "spec"), True, "a robot", "name one",
        ObjectRef("v1", "Pod", "vision", "a"), "prod", ("prod", "test"), "deploy", ("deploy", "."), "fleet.yaml", 3, 5,
        "   image: a", 4, "note", "allowed", FLOW, 7, True, ("a", "vision"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_comes_back(problem: Problem) -> None:
    assert of_plain(json.loads(json.dumps(as_plain(problem)))) == problem


def test_every_field_is_tried() -> None:
    nothing = Problem("", "")
    same = [name for name in Problem.__dataclass_fields__ if getattr(PROBLEMS[1], name) == getattr(nothing, name)]
    assert same == ["source"]


def test_a_problem_without_its_line_is_not_made_into_data() -> None:
    assert as_plain(Problem("drifts", "the message", DOCUMENT, ("a",))) is None
    assert as_plain(Problem("drifts", "the message", flow=(Step("here", source=DOCUMENT),))) is None


@pytest.mark.parametrize("made", [{"unknown": 1}, {"object": ["v1"]}, {"flow": [[]]}, {"route": 5}])
def test_what_is_no_problem_is_refused(made: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        of_plain(made)
