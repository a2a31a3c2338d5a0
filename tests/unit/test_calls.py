"""What is done for a fleet grows with the fleet: counted in calls, since seconds depend on the machine."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mooring.fleet import model
from mooring.fleet import robots as robots_of_fleet
from mooring.fleet.environments import expiry_place, expiry_places
from mooring.fleet.images import ImageChanges, image_changes
from mooring.fleet.robots import Robots
from mooring.kserve.model import ClusterContext
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan import pull_secrets
from mooring.problems import suggestion
from mooring.problems.problem import Problem
from mooring.problems.routes import get, put_all
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[Any]]:
    """Makes a function of a module be counted; gives the list of its first arguments."""

    def count(owner: Any, name: str) -> list[Any]:
        calls: list[Any] = []
        plain = getattr(owner, name)

        def wrapped(*arguments: Any, **more: Any) -> Any:
            calls.append(arguments[0])
            return plain(*arguments, **more)

        monkeypatch.setattr(owner, name, wrapped)
        return calls

    return count


def test_hints_are_for_the_first_misspelt_names(counted: Callable[[Any, str], list[Any]]) -> None:
    calls = counted(difflib, "get_close_matches")
    hints = [suggestion.suggestion("visoin", {"vision", "team"}) for _ in range(20_000)]
    assert hints[:50] == ["did you mean `vision`?"] * 50 and set(hints[50:]) == {""}
    assert len(calls) == suggestion.MOST


def test_no_hint_is_looked_for_among_thousands_of_names_or_for_a_long_one(counted: Callable[[Any, str], list[Any]]) -> None:
    calls = counted(difflib, "get_close_matches")
    many = {f"name-{index}" for index in range(20_000)}
    assert suggestion.suggestion("name-x", many) == "" == suggestion.suggestion("a" * 65, {"a" * 64})
    assert calls == []
    for _ in range(50):
        suggestion.suggestion("name-x", sorted(many)[:1000])
    assert len(calls) == 5, "5,000 names are compared in one run"


def fleet(robots: int, pattern: str = "n{}*", project: str = "p") -> model.Fleet:
    return model.Fleet(
        metadata=model.Metadata(name="f"),
        registries=(model.Registry(name="harbor", host="harbor.example.com"),),
        robots=tuple(
            model.Robot(name=f"r{index}", project=project, namespaces=(pattern.format(index),)) for index in range(robots)
        ),
    )


REGISTRIES = Registries((Registry("harbor", ("harbor.example.com",)),))


def test_a_pattern_is_compiled_once(counted: Callable[[Any, str], list[Any]]) -> None:
    """`fnmatch` keeps 256: with 300 patterns each was compiled anew for every namespace."""
    robots_of_fleet._matcher.cache_clear()
    robots = Robots(fleet(300), REGISTRIES)
    calls = counted(re, "compile")
    assert [list(robots.standing(f"n{index}x")) for index in range(200, 220)] == [
        ["r2", f"r{index // 10}", f"r{index}"] for index in range(200, 220)
    ]
    assert len([text for text in calls if str(text).startswith("(?s:n")]) == 300


def test_robots_are_chosen_once_for_a_namespace(counted: Callable[[Any, str], list[Any]]) -> None:
    robots = Robots(fleet(50, pattern="vision"), REGISTRIES)
    calls = counted(robots_of_fleet, "is_open")
    for _ in range(100):
        usable, names, secrets = robots.usable("harbor", "p", "vision")
    assert len(calls) == 50 and len(usable) == len(names) == len(secrets) == 50
    assert robots.usable("harbor", "p", "team").robots == []


def changed(*overrides: model.ImageOverride) -> ImageChanges:
    base = fleet(0)
    return image_changes(base, base, model.Environment(name="e", images=overrides))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a:1", "a:2"),
        ("b:1", "d:4"),
        ("e:1", "e:1"),
        ("f:1", "g:1"),
        ("h", "h@sha256:0"),
    ],
)
def test_image_overrides_apply_in_their_order(written: str, expected: str) -> None:
    """A renamed image is looked up again, among those that follow only."""
    override = model.ImageOverride
    change = changed(
        override(name="a", new_tag="2"),
        override(name="a", new_tag="3"),
        override(name="g", new_tag="9"),
        override(name="b", new_name="c"),
        override(name="c", new_name="d"),
        override(name="d", new_tag="4"),
        override(name="f", new_name="g"),
        override(name="h", digest="sha256:0"),
    )
    assert change.changed(written).image == expected


def test_an_image_meets_the_overrides_of_its_name_only() -> None:
    change = changed(*(model.ImageOverride(name=f"x{index}", new_tag="2") for index in range(1000)))
    assert [len(found) for found in change.images.values()] == [1] * 1000
    assert change.changed("x7:1") == ("x7:2", ("x7",))


def test_where_a_robot_s_expiry_is_written() -> None:
    source: Any = object()
    entries = [
        {"name": "a"},
        {"name": "b", "expires": "never"},
        {"name": "a", "expires": "never"},
        {"name": "a", "expires": "x"},
    ]
    environment = model.Environment(name="e", raw={"robots": entries}, place=model.Place(source, ("environments", 0)))
    places = expiry_places(environment)
    assert places["a"] == model.Place(source, ("environments", 0, "robots", 2, "expires"))
    robot = model.Robot(name="c", place=model.Place(source, ("robots", 1)))
    assert expiry_place(robot, places) == model.Place(source, ("robots", 1, "expires"))
    assert expiry_places(model.Environment(name="e", raw={"robots": entries})) == {}


def test_many_changes_copy_each_list_once() -> None:
    class Items(list[Any]):
        walked = 0

        def __iter__(self) -> Iterator[Any]:
            Items.walked += 1
            return super().__iter__()

    data = {"a": Items({"b": index, "c": index} for index in range(500)), "d": {}}
    found = put_all(data, {("a", index, "b"): -index for index in range(0, 500, 2)} | {("d", "e"): 1})
    assert Items.walked == 1
    assert get(found, ("a", 4)) == {"b": -4, "c": 4} and get(found, ("a", 5)) is get(data, ("a", 5))
    assert found["d"] == {"e": 1} and data["d"] == {}
    assert put_all(data, {}) is data and put_all(data, {(): 1}) == 1


def test_a_problem_is_said_once_however_many_images_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each new problem was compared, field by field, with all that were there."""
    calls: list[object] = []
    monkeypatch.setattr(Problem, "__eq__", lambda self, other: calls.append(self) or self is other)
    containers = [{"name": f"c{index}", "image": f"harbor.example.com/q{index % 100}/x:1"} for index in range(200)]
    spec = {"template": {"spec": {"containers": containers}}}
    source: Any = Text()
    service = model.Service(name="a", namespace="n", kind="Deployment", spec=spec, place=model.Place(source, ()))
    obj = from_spec(service, Catalog())
    assert isinstance(obj, ServiceObject)
    _, problems = pull_secrets.inject_pull_secrets(obj, ClusterContext.of(()), Robots(fleet(0), REGISTRIES), ImageChanges())
    assert [problem.code for problem in problems] == ["no-robot"] * 200
    assert calls == []


class Text:
    """A source in which nothing is ever looked for."""

    path = "fleet.yaml"
