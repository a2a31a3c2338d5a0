"""The suites that a fleet asks for are proved by the Kyverno CLI, row by row, for fleets of every make; and each row turns
red under a policy that says the opposite.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mooring.fleet.policy_names import MUTATING, POLICIES
from tests.real.fleets import render, rendered
from tests.real.kyverno_cli import Kyverno
from tests.real.suites import full, handles, patched, read, red, turn, write

GOLDEN = "policy/suite/on-request"
ON = {"suites": True, "identities": ["sync"], "rules": {"allowed-registries": {}, "inject-pull-secret": {}}}
HARBOR = {"name": "harbor", "host": "harbor.example.com"}
VISION = {"name": "vision", "project": "vision", "expires": "never"}
EXEMPT = {"policies": list(POLICIES), "reason": "a reason", "until": "never"}
FLEETS = {
    "nothing public": {},
    "lists of accounts": {"policies": {**ON, "explicit": False}},
    "no robot": {"robots": []},
    "a port": {"registries": [{**HARBOR, "host": "Harbor.example.com:65535"}]},
    "an address": {"registries": [{**HARBOR, "host": "[2001:db8::1]:443", "publicProjects": ["library"]}]},
    "several registries": {
        "registries": [
            {**HARBOR, "aliases": ["harbor.example.com:65535"], "robotPrefix": "ci+"},
            {"name": "second", "host": "second.example.com", "publicProjects": ["library"]},
        ],
        "robots": [{**VISION, "registry": "second"}],
    },
    "a robot of a public project": {
        "registries": [{**HARBOR, "publicProjects": ["vision"]}],
        "robots": [{"name": "vision", "projects": ["vision", "base"], "expires": "never"}],
    },
    "any login": {"registries": [{**HARBOR, "robotPrefix": ""}]},
    "exempt: where the rows stand": {
        "policies": {**ON, "exempt": [{"namespace": name, **EXEMPT} for name in ("suite", "default")]},
    },
    "exempt: elsewhere": {"policies": {**ON, "exempt": [{"namespace": "kube-system", **EXEMPT}]}},
    "docker.io is allowed": {"policies": {**ON, "otherRegistries": ["docker.io", "quay.io"]}},
}


@pytest.mark.parametrize("name", FLEETS)
def test_the_suites_of_a_fleet_are_proved(kyverno: Kyverno, tmp_path: Path, name: str) -> None:
    fleet = {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "small"},
        "registries": [HARBOR],
        "secrets": {"backend": "external"},
        "robots": [VISION],
        "namespaces": [{"name": "vision"}],
        "policies": ON,
        **FLEETS[name],
    }
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump(fleet), encoding="utf-8")
    render(tmp_path)
    suites = sorted((tmp_path / "policies/kyverno/tests").iterdir())
    assert [suite.name for suite in suites] == sorted(POLICIES)
    for suite in suites:
        assert kyverno.test(suite).faults == (), suite.name


@pytest.mark.parametrize("policy", ["require-pull-secret", "allowed-registries", "protect-pull-grants"])
def test_what_is_exempt_would_be_refused(kyverno: Kyverno, tmp_path: Path, policy: str) -> None:
    suite = rendered(GOLDEN, tmp_path).folder / "policies/kyverno/tests" / policy
    (written,) = read(suite.parents[1] / f"{policy}.yaml")
    conditions = written["spec"]["matchConditions"]
    written["spec"]["matchConditions"] = [one for one in conditions if one["name"] != "not-exempt"]
    write(suite.parents[1] / f"{policy}.yaml", [written])
    (left,) = (handle for handle in handles(suite, "skip") if handle.startswith("kube-system/"))
    assert red(kyverno, suite) == {left}


@pytest.mark.parametrize("policy", POLICIES)
def test_each_row_can_turn_red(kyverno: Kyverno, tmp_path: Path, policy: str) -> None:
    """In the golden case: first green, then red in every row that a changed policy can show."""
    suite = rendered(GOLDEN, tmp_path).folder / "policies/kyverno/tests" / policy
    assert kyverno.test(suite).faults == ()
    turn(suite.parents[1] / f"{policy}.yaml")
    every = {full(handle) for handle in handles(suite, "pass", "fail", "skip")}
    assert red(kyverno, suite) == (patched(suite) if policy == MUTATING else every) != set()
