"""Policies that the engine of an environment cannot judge by: named where they are named, once for each place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet.engines import unjudged
from tests.support.fleet_files import REGISTRY, loaded

SHAPE = "`pull-secret-shape` needs Kyverno, and `policies.engine` is `kubernetes`"
INJECT = "`inject-pull-secret` needs Kubernetes 1.36 or Kyverno, and `versions.kubernetes` is `1.35`"
OUT, OFF = "take it out, or choose Kyverno", "switch it off there (`enabled: false`), or choose Kyverno"
OLD = "name the version that the cluster has, or choose Kyverno"
NATIVE = "policies: {engine: kubernetes}"


def found(folder: Path, policies: str, more: str) -> list[tuple[str | None, str, str]]:
    """(the environment that names it, message, hint) of each."""
    read = loaded(folder, f"{REGISTRY}policies: {{{policies}}}\n{more}")
    assert read.fleet is not None
    return [(one.environment and one.environment.name, one.message, one.hint) for one in unjudged(read.fleet)]


@pytest.mark.parametrize(("policies", "more", "said"), [
    ("rules: {pull-secret-shape: {}, inject-pull-secret: {}}", "", []),
    # What is on by itself is left out there.
    ("engine: kubernetes", "", []),
    ("engine: kubernetes, rules: {pull-secret-shape: {enabled: false}}", "", []),
    ("engine: kubernetes, rules: {pull-secret-shape: {}}", "", [(None, SHAPE, OUT)]),
    ("engine: kubernetes, rules: {no-default-namespace: {}, inject-pull-secret: {}}", "", []),
    ("engine: kubernetes, rules: {inject-pull-secret: {}}", "versions: {kubernetes: '1.36'}\n", []),
    ("engine: kubernetes, rules: {inject-pull-secret: {}}", "versions: {kubernetes: '1.35'}\n",
     [(None, INJECT, f"take it out, or {OLD}")]),
    ("rules: {inject-pull-secret: {}}", "versions: {kubernetes: '1.35'}\n", []),
    ("engine: kubernetes, rules: {allowed-registries: {}, require-pull-secret: {}}", "versions: {kubernetes: '1.35'}\n", []),
    # Each of several, whatever stands between them.
    ("engine: kubernetes, rules: {no-default-namespace: {}, pull-secret-shape: {}, inject-pull-secret: {}}",
     "versions: {kubernetes: '1.35'}\n", [(None, SHAPE, OUT), (None, INJECT, f"take it out, or {OLD}")]),
])  # fmt: skip
def test_a_fleet_without_environments(
    policies: str, more: str, said: list[tuple[str | None, str, str]], tmp_path: Path
) -> None:
    assert found(tmp_path, policies, more) == said


@pytest.mark.parametrize(("policies", "environments", "said"), [
    # All of them by the fleet's own engine: said without their names.
    ("engine: kubernetes, rules: {pull-secret-shape: {}}", "[{name: a}, {name: b}]", [(None, SHAPE, OUT)]),
    # One of them says so itself.
    ("engine: kubernetes, rules: {pull-secret-shape: {}}", f"[{{name: a, {NATIVE}}}, {{name: b}}]",
     [(None, f"{SHAPE} in environments `a`, `b`", OFF)]),
    ("rules: {pull-secret-shape: {}}", f"[{{name: a, {NATIVE}}}, {{name: b}}]",
     [(None, f"{SHAPE} in environment `a`", OFF)]),
    ("engine: kubernetes, rules: {pull-secret-shape: {}}", "[{name: a}, {name: b, policies: {engine: kyverno}}]",
     [(None, f"{SHAPE} in environment `a`", OFF)]),
    ("engine: kubernetes, rules: {pull-secret-shape: {}}",
     "[{name: a}, {name: b, policies: {rules: {pull-secret-shape: {enabled: false}}}}]",
     [(None, f"{SHAPE} in environment `a`", OFF)]),
    # Named by the environment, where it is taken out.
    ("engine: kubernetes", "[{name: a, policies: {rules: {pull-secret-shape: {}}}}, {name: b}]", [("a", SHAPE, OUT)]),
    ("engine: kubernetes, rules: {pull-secret-shape: {}}",
     "[{name: a, policies: {rules: {pull-secret-shape: {action: Audit}}}}, {name: b}]",
     [("a", SHAPE, OUT), (None, f"{SHAPE} in environment `b`", OFF)]),
    ("engine: kubernetes, rules: {inject-pull-secret: {}}",
     "[{name: a, versions: {kubernetes: '1.35'}}, {name: b, versions: {kubernetes: '1.36'}}]",
     [(None, f"{INJECT} in environment `a`", f"switch it off there (`enabled: false`), or {OLD}")]),
    ("engine: kubernetes, rules: {inject-pull-secret: {}}", "[{name: a, versions: {kubernetes: '1.35'}}]",
     [(None, f"{INJECT} in environment `a`", f"switch it off there (`enabled: false`), or {OLD}")]),
])  # fmt: skip
def test_a_policy_is_said_once_for_each_place_that_names_it(
    policies: str, environments: str, said: list[tuple[str | None, str, str]], tmp_path: Path
) -> None:
    assert found(tmp_path, policies, f"environments: {environments}\n") == said


def test_a_version_that_is_not_shipped_counts_as_the_newest(tmp_path: Path) -> None:
    policies = "engine: kubernetes, rules: {inject-pull-secret: {}}"
    assert found(tmp_path, policies, "versions: {kubernetes: '9.99'}\n") == []
