"""The robot that pulls an image: the service's own, else the only one that covers its project; else why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.pull_secrets import InjectedObject
from mooring.plan.services import plan_services
from mooring.problems.problem import Problem
from tests.support.fleet_files import environments, said

HEAD = """\
registries: [{name: harbor, host: harbor.example.com}, {name: other, host: other.example.com}]
secrets: {backend: external}
robots:
- {name: vision, project: vision}
- {name: vision-ci, project: vision, secretName: ci}
- {name: speech, project: speech, namespaces: [speech]}
- {name: twin, project: twin, secretName: shared}
- {name: twin-too, project: twin, secretName: shared}
- {name: elsewhere, project: only-there, registry: other}
namespaces: [{name: vision}]
services:
"""
SERVICE = "- {name: a, namespace: vision, MORE spec: {predictor: {containers: [{name: c, image: IMAGE}]}}}\n"


def planned(folder: Path, image: str, robots: str = "") -> tuple[InjectedObject, list[Problem]]:
    """The service, planned in the namespace."""
    more = f"robots: [{robots}]," if robots else ""
    text = HEAD + SERVICE.replace("MORE", more).replace("IMAGE", f"harbor.example.com/{image}:1")
    files = plan_services(environments(folder, text)["default"], "vision", "out")
    [injected] = files.injected
    return injected, files.problems


@pytest.mark.parametrize(("project", "own", "robot"), [
    ("vision", "vision", "vision"),
    ("vision", "vision-ci", "vision-ci"),
    ("vision", "speech, vision-ci, vision", "vision-ci"),
    # Robots of one Secret are as good as each other: the first of the fleet.
    ("twin", "", "twin"),
    ("twin", "twin-too", "twin-too"),
])  # fmt: skip
def test_the_robot_that_is_chosen(project: str, own: str, robot: str, tmp_path: Path) -> None:
    injected, problems = planned(tmp_path, f"{project}/a", own)
    assert injected.robots == {robot}
    assert [problem.code for problem in problems if problem.code != "secret-not-in-namespace"] == []


@pytest.mark.parametrize(("image", "own", "code", "message", "hint", "place"), [
    ("vision/a", "", "ambiguous-robot",
     "several robots cover `harbor.example.com/vision/a:1`: `vision`, `vision-ci`",
     "name one of them under the service's `robots:`", "15:82"),
    ("nobody/a", "", "no-robot", "no robot covers `harbor.example.com/nobody/a:1`",
     "add a robot with `project: nobody`", "15:82"),
    ("only-there/a", "", "no-robot",
     "no robot covers `harbor.example.com/only-there/a:1`", "add a robot with `project: only-there`", "15:82"),
    ("speech/a", "", "no-robot", "no robot covers `harbor.example.com/speech/a:1`",
     "robot `speech` covers the project but is not open to this namespace: see its `namespaces:`", "15:82"),
    ("nobody/a", "vision", "robot-lacks-project", "`vision` may not pull from project `nobody`",
     "add project `nobody` to it in Harbor and in the fleet", "15:99"),
    ("twin/a", "vision", "robot-lacks-project", "`vision` may not pull from project `twin`",
     "name robot `twin` under `robots:`, it covers the project", "15:99"),
])  # fmt: skip
def test_why_there_is_none(
    image: str, own: str, code: str, message: str, hint: str, place: str, tmp_path: Path
) -> None:  # fmt: skip
    """The problem stands at the image, in line 15 of the fleet file, and leads to the robots that do not serve it."""
    injected, problems = planned(tmp_path, image, own)
    assert injected.robots == frozenset()
    [problem] = problems
    assert (problem.message, problem.hint) == (message, hint)
    assert said(problem) == f"{code} {place}"
    assert len(problem.flow) != 1
    if code == "ambiguous-robot":
        assert [step.route for step in problem.flow][1:] == [("robots", 0, "project"), ("robots", 1, "project")]


def test_a_robot_of_its_own_that_is_not_open_is_said_at_the_service_alone(tmp_path: Path) -> None:
    _, problems = planned(tmp_path, "speech/a", "speech")
    assert [(problem.code, problem.route[-2:]) for problem in problems] == [("secret-not-in-namespace", ("robots", 0))]


def test_robots_that_the_fleet_lacks_are_said_where_they_are_named(tmp_path: Path) -> None:
    assert planned(tmp_path, "vision/a", "nobody")[1] == []
