"""Checked data → the model's values, with the place of each."""

from __future__ import annotations

from typing import Any

from mooring.fleet import model
from mooring.fleet.build import build
from mooring.fleet.setting import Item, Place
from mooring.yaml.document import read_fleet

DOCUMENT, _ = read_fleet(b"a: 1\n", "fleet.yaml")
assert DOCUMENT is not None


def fleet(**data: Any) -> model.Fleet:
    return build(model.Fleet, {"metadata": {"name": "f"}, "registries": [], **data}, DOCUMENT)


def test_lists_are_tuples_and_each_item_has_its_place() -> None:
    (robot,) = fleet(robots=[{"name": "a", "projects": ["p", "q"], "secret": {"key": "k"}}]).robots
    assert robot == model.Robot(name="a", projects=("p", "q"), record=model.SecretRecord(key="k"))
    assert robot.place == Place(DOCUMENT, ("robots", 0))
    assert robot.raw == {"name": "a", "projects": ["p", "q"], "secret": {"key": "k"}}


def test_without_a_source_there_is_no_place() -> None:
    assert build(model.Robot, {"name": "a"}).place is None


def test_a_place_makes_no_difference_between_two_things() -> None:
    assert build(model.Robot, {"name": "a"}, DOCUMENT, ("x",)) == build(model.Robot, {"name": "a"})
    assert Item(raw={"a": 1}) == Item(raw={})
    assert repr(Item(raw={"password": "hunter2"})) == "Item()"


def test_policies_are_built_by_their_names() -> None:
    found = fleet(policies={"rules": {"require-pull-secret": {"action": "Deny"}}, "exempt": [
        {"namespace": "n", "policies": ["all"], "reason": "r", "until": "2099-01-01"},
    ]}).policies  # fmt: skip
    assert found.rules == {"require-pull-secret": model.RulePolicy(action="Deny")}
    (exemption,) = found.exempt
    assert (exemption.policies, exemption.place) == (("all",), Place(DOCUMENT, ("policies", "exempt", 0)))


def test_a_spec_and_labels_stay_as_they_are() -> None:
    (service,) = fleet(services=[{"name": "a", "spec": {"b": [1]}, "labels": {"c": "d"}}]).services
    assert (service.spec, service.labels, service.robots) == ({"b": [1]}, {"c": "d"}, None)


def test_what_an_environment_overrides_stays_raw() -> None:
    """Its entries are partial; `environments` merges them."""
    data = {"name": "e", "robots": [{"name": "a"}], "secrets": {"refresh": "1h"}, "images": [{"name": "i", "newTag": "2"}],
            "namespaces": ["n"]}  # fmt: skip
    (environment,) = fleet(environments=[data]).environments
    assert (environment.robots, environment.secrets, environment.raw) == ((), None, data)
    assert environment.images == (model.ImageOverride(name="i", new_tag="2"),)
    assert environment.namespaces == ("n",)
