"""What an environment makes of a fleet: which of its things stand there, and what is said of them there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.fleet import model
from mooring.fleet.environments import environments, expiry_place, expiry_places, resolve
from mooring.problems.problem import Problem
from tests.support.fleet_files import REGISTRY, loaded, said

ALIASED = """\
registries:
- {name: harbor, host: harbor.example.com, aliases: [cr.example.com], caBundle: ca.pem, publicProjects: [mirror]}
"""
NAMESPACES = "namespaces: [{name: vision}, {name: language}]\n"
SERVICES = """\
services:
- {name: detector, namespace: vision, spec: {predictor: {containers: [{name: app, image: h.example.com/p/a:1}]}}}
- {name: detector, namespace: language, spec: {predictor: {minReplicas: 1}}}
- {name: runtime, kind: ClusterServingRuntime, spec: {containers: []}}
"""


def resolved(folder: Path, text: str) -> tuple[model.Fleet, list[Problem]]:
    """The fleet in its first environment."""
    (folder / "ca.pem").touch()
    fleet = loaded(folder, text).fleet
    assert fleet is not None
    return resolve(fleet, environments(fleet)[0])


def test_a_fleet_without_environments_has_one(tmp_path: Path) -> None:
    fleet = loaded(tmp_path, REGISTRY).fleet
    assert fleet is not None
    assert [environment.name for environment in environments(fleet)] == ["default"]
    assert resolve(fleet, environments(fleet)[0]) == (fleet, [])


@pytest.mark.parametrize(("override", "aliases", "bundle"), [
    ("{name: harbor, host: other.example.com}", (), None),
    ("{name: harbor, host: other.example.com, aliases: [o.example.com]}", ("o.example.com",), None),
    ("{name: harbor, host: other.example.com, caBundle: ca.pem}", (), "ca.pem"),
    ("{name: harbor, host: harbor.example.com}", ("cr.example.com",), "ca.pem"),
    ("{name: harbor, robotPrefix: r+}", ("cr.example.com",), "ca.pem"),
    ("{name: harbor, aliases: [o.example.com]}", ("o.example.com",), "ca.pem"),
])  # fmt: skip
def test_another_host_has_no_alias_and_no_ca_of_the_first_one(
    override: str, aliases: tuple[str, ...], bundle: str | None, tmp_path: Path
) -> None:
    fleet, _ = resolved(tmp_path, ALIASED + f"environments: [{{name: prod, registries: [{override}]}}]\n")
    (harbor,) = fleet.registries
    assert (harbor.aliases, harbor.ca_bundle, harbor.public_projects) == (aliases, bundle, ("mirror",))


@pytest.mark.parametrize(("namespaces", "names", "services"), [
    ("", ["vision", "language"], [("vision", "detector"), ("language", "detector"), (None, "runtime")]),
    ("namespaces: [vision], ", ["vision"], [("vision", "detector"), (None, "runtime")]),
    ("namespaces: [], ", [], [(None, "runtime")]),
])  # fmt: skip
def test_what_stands_in_an_environment(
    namespaces: str, names: list[str], services: list[tuple[str | None, str]], tmp_path: Path
) -> None:
    fleet, _ = resolved(tmp_path, REGISTRY + NAMESPACES + SERVICES + f"environments: [{{{namespaces}name: prod}}]\n")
    assert [item.name for item in fleet.namespaces] == names
    assert [(item.namespace, item.name) for item in fleet.services] == services


@pytest.mark.parametrize(("override", "changed"), [
    ("{name: detector, namespace: vision, spec: {a: 1}}", [("vision", "detector")]),
    ("{name: detector, namespace: vision, kind: InferenceService, spec: {a: 1}}", [("vision", "detector")]),
    ("{name: detector, namespace: vision, kind: Deployment, spec: {a: 1}}", []),
    ("{name: runtime, spec: {a: 1}}", [(None, "runtime")]),
    ("{name: runtime, kind: ClusterServingRuntime, spec: {a: 1}}", [(None, "runtime")]),
    ("{name: detector, spec: {a: 1}}", []),
])  # fmt: skip
def test_an_override_is_for_one_service_of_its_kind(
    override: str, changed: list[tuple[str | None, str]], tmp_path: Path
) -> None:
    fleet, _ = resolved(
        tmp_path, REGISTRY + NAMESPACES + SERVICES + f"environments: [{{name: prod, services: [{override}]}}]\n"
    )
    assert [(item.namespace, item.name) for item in fleet.services if "a" in (item.spec or {})] == changed
    assert [(item.namespace, item.name) for item in fleet.services if item.override] == changed


def test_a_service_keeps_its_place_and_says_where_it_is_overridden(tmp_path: Path) -> None:
    override = """\
environments:
- name: prod
  services: [{name: detector, namespace: language, spec: {predictor: {minReplicas: 2}}}]
"""
    fleet, problems = resolved(tmp_path, REGISTRY + NAMESPACES + SERVICES + override)
    service = fleet.services[1]
    assert service.spec == {"predictor": {"minReplicas": 2}}
    assert service.place is not None and service.override is not None
    assert (service.place.route, service.override.route) == (("services", 1), ("environments", 0, "services", 0))
    assert problems == []


def test_two_overrides_of_one_service_are_merged_in_turn(tmp_path: Path) -> None:
    override = """\
environments:
- name: prod
  services:
  - {name: detector, namespace: language, spec: {predictor: {minReplicas: 2, maxReplicas: 3}}}
  - {name: detector, namespace: language, spec: {predictor: {minReplicas: 5}}}
"""
    fleet, _ = resolved(tmp_path, REGISTRY + NAMESPACES + SERVICES + override)
    assert fleet.services[1].spec == {"predictor": {"minReplicas": 5, "maxReplicas": 3}}


def test_a_patch_that_drops_a_container_is_reported_at_its_list(tmp_path: Path) -> None:
    override = """\
environments:
- name: prod
  services:
  - {name: detector, namespace: vision, spec: {predictor: {containers: []}}}
"""
    _, problems = resolved(tmp_path, REGISTRY + NAMESPACES + SERVICES + override)
    assert [said(problem) for problem in problems] == ["list-replacing-patch 13:60"]
    assert problems[0].route == ("environments", 0, "services", 0, "spec", "predictor", "containers")


ROBOT = "robots: [{name: vision, project: vision, expires: 2099-01-01, secret: {key: a, username: u}}]\n"


@pytest.mark.parametrize(("override", "attributes"), [
    ("{name: vision, expires: never}", {"expires": "never", "project": "vision"}),
    ("{name: vision, secret: {key: b}}", {"record": model.SecretRecord(key="b", username="u")}),
    ("{name: vision, project: other}", {"all_projects": ("other",)}),
    ("{name: other, expires: never}", {"expires": "2099-01-01"}),
])  # fmt: skip
def test_a_robot_is_overridden_field_by_field(override: str, attributes: dict[str, Any], tmp_path: Path) -> None:
    fleet, _ = resolved(tmp_path, REGISTRY + ROBOT + f"environments: [{{name: prod, robots: [{override}]}}]\n")
    (robot,) = fleet.robots
    assert {name: getattr(robot, name) for name in attributes} == attributes
    assert robot.place is not None
    assert robot.place.route == ("robots", 0)


@pytest.mark.parametrize(("environment", "route"), [
    ("{name: prod}", ("robots", 0, "expires")),
    ("{name: prod, robots: [{name: vision, project: p}]}", ("robots", 0, "expires")),
    ("{name: prod, robots: [{name: vision, expires: never}]}", ("environments", 0, "robots", 0, "expires")),
    ("{name: prod, robots: [{name: a, expires: never}, {name: vision, expires: never}]}",
     ("environments", 0, "robots", 1, "expires")),
    ("{name: prod, robots: [{name: vision, expires: never}, {name: vision, expires: 2099-01-01}]}",
     ("environments", 0, "robots", 0, "expires")),
])  # fmt: skip
def test_expiry_is_reported_where_it_is_written(environment: str, route: tuple[str | int, ...], tmp_path: Path) -> None:
    fleet = loaded(tmp_path, REGISTRY + ROBOT + f"environments: [{environment}]\n").fleet
    assert fleet is not None
    place = expiry_place(fleet.robots[0], expiry_places(fleet.environments[0]))
    assert place is not None
    assert place.route == route


def test_what_stands_in_no_file_has_no_place() -> None:
    assert expiry_places(model.Environment(name="prod", raw={"robots": [{"name": "a", "expires": "never"}]})) == {}
    assert expiry_place(model.Robot(name="a"), {}) is None


SECRETS = "secrets: {backend: external-secrets, refresh: 1h, store: {name: vault, kind: SecretStore}}\n"


@pytest.mark.parametrize(("override", "secrets"), [
    ("{refresh: 5m}", ("external-secrets", "5m", model.Store(name="vault", kind="SecretStore"))),
    ("{store: {name: other}}", ("external-secrets", "1h", model.Store(name="other", kind="SecretStore"))),
    ("{backend: external}", ("external", "1h", model.Store(name="vault", kind="SecretStore"))),
])  # fmt: skip
def test_secrets_are_overridden_field_by_field(override: str, secrets: tuple[Any, ...], tmp_path: Path) -> None:
    fleet, _ = resolved(tmp_path, REGISTRY + SECRETS + f"environments: [{{name: prod, secrets: {override}}}]\n")
    assert (fleet.secrets.backend, fleet.secrets.refresh, fleet.secrets.store) == secrets


POLICIES = """\
policies:
  action: Warn
  rules: {require-pull-secret: {action: Deny}, no-default-namespace: {enabled: false}}
"""
DENY, OFF = model.RulePolicy(action="Deny"), model.RulePolicy(enabled=False)


@pytest.mark.parametrize(("override", "action", "rules"), [
    ("{}", "Warn", {"require-pull-secret": DENY, "no-default-namespace": OFF}),
    ("{action: Audit}", "Audit", {"require-pull-secret": model.RulePolicy(), "no-default-namespace": OFF}),
    ("{rules: {no-default-namespace: {}}}", "Warn",
     {"require-pull-secret": DENY, "no-default-namespace": model.RulePolicy()}),
    ("{action: Audit, rules: {require-pull-secret: {action: Deny}}}", "Audit",
     {"require-pull-secret": DENY, "no-default-namespace": OFF}),
])  # fmt: skip
def test_an_environment_s_action_is_for_all_policies(
    override: str, action: str, rules: dict[str, model.RulePolicy], tmp_path: Path
) -> None:
    fleet, _ = resolved(tmp_path, REGISTRY + POLICIES + f"environments: [{{name: prod, policies: {override}}}]\n")
    assert (fleet.policies.action, dict(fleet.policies.rules)) == (action, rules)


def test_versions_are_overridden_one_by_one(tmp_path: Path) -> None:
    text = 'versions: {kserve: "0.19", kubernetes: "1.35"}\nenvironments: [{name: prod, versions: {kserve: "0.20"}}]\n'
    fleet, _ = resolved(tmp_path, REGISTRY + text)
    assert fleet.versions == model.Versions(kserve="0.20", kubernetes="1.35")
