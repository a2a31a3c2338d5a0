"""What the fleet's values say of themselves: names and logins of robots, identities of services, actions of policies."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.fleet import model
from mooring.fleet.schema import keys

TEXT, LIST = {"minLength": 1}, {"minItems": 1}


@pytest.mark.parametrize(("cls", "least"), [
    (model.SecretRecord, {"key": TEXT, "username": TEXT, "password": TEXT}),
    (model.Robot, {"projects": LIST, "login": TEXT}),
    (model.ImageOverride, {"name": TEXT, "newName": TEXT, "newTag": TEXT}), (model.Fleet, {"registries": LIST}),
])  # fmt: skip
def test_what_may_not_be_empty(cls: type, least: dict[str, Any]) -> None:
    found = {key.name: {word: key.schema[word] for word in (*TEXT, *LIST) if word in key.schema} for key in keys(cls)}
    assert {name: limits for name, limits in found.items() if limits} == least


@pytest.mark.parametrize(("robot", "login", "projects", "secret"), [
    ({"project": "vision"}, "robot$vision+ci", ("vision",), "harbor-ci"),
    ({"projects": ("a", "b")}, "robot$ci", ("a", "b"), "harbor-ci"),
    ({"project": "vision", "robot": "puller"}, "robot$vision+puller", ("vision",), "harbor-ci"),
    ({"project": "vision", "login": "old"}, "old", ("vision",), "harbor-ci"),
    ({"secret_name": "regcred"}, "robot$ci", (), "regcred"),
])  # fmt: skip
def test_a_robot_logs_in_as_harbor_names_it(
    robot: dict[str, Any], login: str, projects: tuple[str, ...], secret: str
) -> None:
    found = model.Robot(name="ci", **robot)
    assert (found.full_login("robot$"), found.all_projects, found.secret) == (login, projects, secret)


def test_a_service_is_known_by_namespace_kind_and_name() -> None:
    assert model.Service(name="a", namespace="n").identity == ("n", "InferenceService", "a")
    assert model.Service(name="a", kind="ClusterServingRuntime").identity == ("", "ClusterServingRuntime", "a")


BASE = {"no-default-namespace": "Warn", "pull-secret-shape": "Warn", "require-pull-secret": "Warn",
        "restrict-pull-secret-use": "Warn"}  # fmt: skip


@pytest.mark.parametrize(("rules", "actions"), [
    ({}, BASE),
    ({"require-pull-secret": model.RulePolicy(action="Deny")}, {**BASE, "require-pull-secret": "Deny"}),
    ({"require-pull-secret": model.RulePolicy()}, BASE),
    ({"pull-secret-shape": model.RulePolicy(enabled=False, action="Deny")},
     {name: action for name, action in BASE.items() if name != "pull-secret-shape"}),
    ({"allowed-registries": model.RulePolicy()}, {**BASE, "allowed-registries": "Warn"}),
    ({"allowed-registries": model.RulePolicy(enabled=False)}, BASE),
])  # fmt: skip
def test_the_policies_that_are_on(rules: dict[str, model.RulePolicy], actions: dict[str, str]) -> None:
    assert model.Policies(action="Warn", rules=rules).actions() == actions


def test_an_override_names_what_it_changes() -> None:
    override = model.ImageOverride(name="h.example.com/p/a", new_tag="2")
    assert (override.name, override.new_tag) == ("h.example.com/p/a", "2")
    assert override != model.ImageOverride(name="h.example.com/p/a", new_tag="3")
