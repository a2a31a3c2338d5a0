"""Which robots cover a project, which of them may be used in a namespace, and which project is public."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet import model
from mooring.fleet.robots import Robots, granted, is_open, is_pattern, opened
from mooring.registry.registries import Registries
from tests.support.fleet_files import REGISTRY, loaded


def robots(*found: model.Robot, registries: int = 1) -> Robots:
    """The robots of a fleet with so many registries."""
    harbors = tuple(model.Registry(name=f"r{number}", host=f"h{number}.io") for number in range(registries))
    fleet = model.Fleet(metadata=model.Metadata(name="f"), registries=harbors, robots=found)
    return Robots(fleet, Registries(()))


def test_a_robot_covers_its_projects_in_its_registry() -> None:
    one = model.Robot(name="one", project="p", registry="r1")
    several = model.Robot(name="several", projects=("p", "q"), registry="r1")
    found = robots(one, several, registries=2)
    assert (found.covering("r1", "p"), found.covering("r1", "q")) == ([one, several], [several])
    assert (found.covering("r0", "p"), found.covering("r1", "z")) == ((), ())


def test_a_robot_that_names_no_registry_belongs_to_the_first_one() -> None:
    robot = model.Robot(name="a", project="p")
    assert robots(robot).covering("r0", "p") == [robot]
    found = robots(robot, registries=2)
    assert (found.covering("r0", "p"), found.covering("r1", "p")) == ([robot], ())


@pytest.mark.parametrize(("namespaces", "namespace", "is_so"), [
    (None, "vision", True), (("vision",), "vision", True), (("vision",), "vision-2", False), ((), "vision", False),
    (("team-*",), "team-a", True), (("team-*",), "steam-a", False), (("team-*",), "team-", True),
    (("*-a",), "team-b", False),
    (("vision",), None, True), (("a", "t*"), "team", True),
])  # fmt: skip
def test_a_robot_is_open_to_the_namespaces_it_names(
    namespaces: tuple[str, ...] | None, namespace: str | None, is_so: bool
) -> None:
    assert is_open(model.Robot(name="a", project="p", namespaces=namespaces), namespace) is is_so


@pytest.mark.parametrize(("text", "is_so"), [("team-*", True), ("team?", True), ("team[a]", True), ("team", False)])
def test_a_pattern_has_a_character_of_its_own(text: str, is_so: bool) -> None:
    assert is_pattern(text) is is_so


def test_the_secret_of_a_robot_stands_where_it_is_named() -> None:
    found = robots(
        model.Robot(name="a", project="p", namespaces=("vision", "team-*")),
        model.Robot(name="b", project="p", namespaces=("vision",)),
        model.Robot(name="c", project="p"),
    )
    assert list(found.standing("vision")) == ["a", "b"]
    assert list(found.standing("team-x")) == ["a"]
    assert list(found.standing("other")) == []


def test_usable_are_the_open_ones_among_those_that_cover() -> None:
    here = model.Robot(name="here", project="p", namespaces=("vision",), secret_name="s")
    there = model.Robot(name="there", project="p", namespaces=("other",))
    anywhere = model.Robot(name="anywhere", project="p")
    found = robots(here, there, anywhere).usable("r0", "p", "vision")
    assert found == ([here, anywhere], {"here", "anywhere"}, {"s", "harbor-anywhere"})


def test_a_robot_that_stands_in_no_file_has_no_step() -> None:
    assert list(granted([model.Robot(name="a", project="p")])) == []


def test_where_the_fleet_says_what_robots_may_pull(tmp_path: Path) -> None:
    """At `projects:` or `project:`, and for namespaces at the name of a robot that says nothing of them."""
    text = "robots:\n- {name: a, projects: [p, q]}\n- {name: b, project: p, namespaces: [n]}\n"
    fleet = loaded(tmp_path, REGISTRY + text).fleet
    assert fleet is not None
    assert [(step.message, step.route) for step in granted(fleet.robots)] == [
        ("robot `a` may pull from `p`, `q`", ("robots", 0, "projects")),
        ("robot `b` may pull from `p`", ("robots", 1, "project")),
    ]  # fmt: skip
    assert [step.route for robot in fleet.robots for step in opened(robot)] == [
        ("robots", 0, "name"),
        ("robots", 1, "namespaces"),
    ]
