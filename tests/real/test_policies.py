"""Every row of the policies is proved by the Kyverno CLI, and each would turn red: if the policy said the opposite, if the
Secret were not named, granted or well formed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mooring.fleet.load import load
from mooring.fleet.policy_names import MUTATING, POLICIES
from mooring.plan import policies
from mooring.tree.run import resolve_all
from mooring.tree.unit import text_of
from tests.real.fleets import FLEETS, rendered
from tests.real.kyverno_cli import Kyverno
from tests.real.suites import full, handles, judged_policies, patched, read, red, turn, whole_suite, write

EVERYTHING = "policy/inject-pull-secret/everything-on"
HARBOR = "harbor.ext.hp.com"  # the example's first


OF_POLICIES = [name for name in FLEETS if name.startswith("policy/") and not name.startswith("policy/suite/")]
JUDGED = [(name, policy) for name in ("example", *OF_POLICIES) for policy in judged_policies(name)]


@pytest.mark.parametrize(("name", "policy"), JUDGED)
def test_each_row_is_proved(kyverno: Kyverno, tmp_path: Path, name: str, policy: str) -> None:
    rendered(name, tmp_path)
    suite = whole_suite(name, tmp_path, policy)
    outcome = kyverno.test(suite)
    assert outcome.faults == ()
    assert {row.policy for row in outcome.rows} == {f"mooring-{policy}"}
    # Nobody whom the fleet names asks for anything in a row; a mutation refuses nothing.
    assert handles(suite, "pass") or policy == "protect-pull-grants"
    assert handles(suite, "fail") or policy == MUTATING


def test_each_policy_is_judged() -> None:
    assert judged_policies(EVERYTHING) == sorted(POLICIES)
    files = {path.stem for path in (FLEETS[EVERYTHING] / "expected/policies/kyverno").glob("*.yaml")}
    assert files == {*POLICIES, "clusterrole", "kustomization", "parameters"}


@pytest.mark.parametrize("policy", sorted({*POLICIES} - {MUTATING}))
def test_each_row_turns_red_under_the_opposite_policy(kyverno: Kyverno, tmp_path: Path, policy: str) -> None:
    """No row holds whatever the policy says: not one that is passed, refused, or left alone by a condition."""
    rendered(EVERYTHING, tmp_path)
    suite = whole_suite(EVERYTHING, tmp_path, policy)
    turn(tmp_path / "policies/kyverno" / f"{policy}.yaml")
    assert red(kyverno, suite) == {full(handle) for handle in handles(suite, "pass", "fail", "skip")}


def test_each_row_turns_red_where_nothing_is_injected(kyverno: Kyverno, tmp_path: Path) -> None:
    rendered(EVERYTHING, tmp_path)
    suite = whole_suite(EVERYTHING, tmp_path, MUTATING)
    turn(tmp_path / "policies/kyverno" / f"{MUTATING}.yaml")
    changed = patched(suite)
    assert len(changed) > 25
    assert red(kyverno, suite) == changed


def lists(node: Any) -> Iterator[dict[str, Any]]:
    """The pod specs that name a Secret."""
    if isinstance(node, dict) and node.get("imagePullSecrets"):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from lists(value)


def unnamed(suite: Path) -> None:
    objects = read(suite / "resources.yaml")
    for spec in lists(objects):
        del spec["imagePullSecrets"]
    write(suite / "resources.yaml", objects)


def ungranted(suite: Path) -> None:
    (cluster,) = read(suite / "clusterresources.yaml")
    kept = [thing for thing in cluster["spec"]["resources"] if thing["kind"] != "ConfigMap"]
    assert len(kept) == len(cluster["spec"]["resources"]) - 1
    cluster["spec"]["resources"] = kept
    write(suite / "clusterresources.yaml", [cluster])


def of_another_project(suite: Path) -> None:
    (cluster,) = read(suite / "clusterresources.yaml")
    for thing in cluster["spec"]["resources"]:
        thing["data"] = dict.fromkeys(thing.get("data", {}), f"{HARBOR}/elsewhere")
    write(suite / "clusterresources.yaml", [cluster])


@pytest.mark.parametrize(("broken", "everywhere"), [(unnamed, True), (ungranted, False), (of_another_project, False)])
def test_a_broken_secret_turns_each_row_red(
    kyverno: Kyverno, tmp_path: Path, broken: Callable[[Path], None], everywhere: bool
) -> None:
    """Whatever passed because of its Secret fails without it, at each place that can hold an image.

    What stands in no namespace has no grants to be judged by, only the name.
    """
    rendered("example", tmp_path)
    suite = whole_suite("example", tmp_path, "require-pull-secret")
    passing = {full(handle) for handle in handles(suite, "pass")}
    holding = [thing for thing in read(suite / "resources.yaml") if list(lists(thing)) and f"{HARBOR}/" in json.dumps(thing)]
    judged = [thing["metadata"] for thing in holding if everywhere or "namespace" in thing["metadata"]]
    meant = {f"{meta.get('namespace', 'default')}/{meta['name']}" for meta in judged} & passing
    broken(suite)
    assert len(meant) > 30
    assert red(kyverno, suite) == meant


def test_a_malformed_secret_turns_each_row_red(kyverno: Kyverno, tmp_path: Path) -> None:
    rendered("example", tmp_path)
    suite = whole_suite("example", tmp_path, "pull-secret-shape")
    objects = read(suite / "resources.yaml")
    config = {"auths": {HARBOR: {"auth": "***"}}}
    for secret in objects:
        secret["data"][".dockerconfigjson"] = base64.b64encode(json.dumps(config).encode()).decode()
    write(suite / "resources.yaml", objects)
    assert red(kyverno, suite) == {full(handle) for handle in handles(suite, "pass")}


def policy_files(folder: Path, count: int, engine: str) -> dict[str, str]:
    """The policies and suites of a fleet with so many namespaces, each with a robot and a service of its own."""
    numbers = range(count)
    image = {"name": "kserve-container", "image": "harbor.example.com/p0/app:1.0"}
    fleet = {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "large"},
        "registries": [{"name": "harbor", "host": "harbor.example.com"}],
        "policies": {"engine": engine, "suites": True, "identities": ["sync"], "rules": {"allowed-registries": {}}},
        "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "vault"}},
        "robots": [{"name": f"r{n}", "project": f"p{n}", "expires": "never"} for n in numbers],
        "namespaces": [{"name": f"n{n}"} for n in numbers],
        "services": [{"name": "s", "namespace": f"n{n}", "spec": {"predictor": {"containers": [image]}}} for n in numbers],
    }
    (folder / "fleet.yaml").write_text(json.dumps(fleet), encoding="utf-8")
    loaded = load(folder / "fleet.yaml")
    assert loaded.fleet is not None and not loaded.problems
    planned = policies.plan(loaded.fleet, resolve_all(loaded, []))
    return {**planned.pages, **{artifact.path: text_of(artifact, loaded.path)[0] for artifact in planned.artifacts}}


@pytest.mark.parametrize("engine", ["kyverno", "kubernetes"])
def test_policies_and_suites_are_as_large_for_a_thousand_namespaces_as_for_one(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not only as large: the same bytes, so that no namespace, robot or service can be in them."""
    small, large = (policy_files(tmp_path, count, engine) for count in (1, 1000))
    assert small == large
    size = sum(len(text) for path, text in large.items() if path.count("/") == 2)
    with capsys.disabled():
        print(f"\n{engine}: {size} bytes of policies for 1 namespace and for 1,000")
    assert 10_000 < size < 90_000
