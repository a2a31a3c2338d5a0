"""Flux syncs a fleet that mooring renders, behind its policies on Deny. The API server's audit log is the witness.

Each scenario begins with the whole fleet in sync, and makes commits. What it took is told with `pytest -s`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from mooring.fleet.policy_names import KYVERNO
from tests.real.sync import flux
from tests.real.sync.audit import Write, unhealed
from tests.real.sync.fleet import HOST, OLD, Fleet, container, named, robot, service
from tests.real.sync.flux_world import NEEDS, World

__all__ = ["NEEDS"]
SERVICES, SECRETS = "inferenceservices", "externalsecrets"
APPLIED = ("configmaps", SECRETS, SERVICES, "namespaces")


def of_kind(*resources: str) -> Callable[[Write], bool]:
    return lambda write: write.resource in resources


def within(namespace: str, *resources: str) -> Callable[[Write], bool]:
    return lambda write: write.namespace == namespace and write.resource in resources


def test_the_first_sync(world: World) -> None:
    """From `source.yaml` and `root.yaml` alone, on a cluster that has nothing of the fleet: in order, and by itself."""
    began, denials = world.first.audit, world.first.audit.denials()
    world.tell("first sync", began, world.first.attempts, 0, world.first.seconds)
    for one in denials:
        print(one)
    assert unhealed(denials, began.stored()) == []
    for namespace in ("vision", "language", "batch"):
        grants = began.first(within(namespace, "configmaps"), flux.USER)
        assert grants < began.first(within(namespace, SERVICES), flux.USER)
    for namespace in ("vision", "language"):
        asked = began.first(within(namespace, SECRETS), flux.USER)
        assert asked < began.first(within(namespace, SERVICES), flux.USER)
    assert set(world.first.generations.values()) == {1}


def test_services_wait_for_the_policies(world: World) -> None:
    """And with Kyverno until it has their webhook."""
    began = world.first.audit
    policies = ("validatingpolicies", "validatingadmissionpolicies", "validatingadmissionpolicybindings")
    stored = [one.number for one in began.stored(flux.USER) if one.resource in policies]
    assert stored
    first = began.first(of_kind(SERVICES), flux.USER)
    assert max(stored) < first
    if world.engine == KYVERNO:
        names = {one.name for one in began.stored(flux.USER) if one.resource == "validatingpolicies"}
        known = {name: began.first(_status_of(name)) for name in names}
        assert max(known.values()) < first


def _status_of(name: str) -> Callable[[Write], bool]:
    return lambda write: write.resource == "validatingpolicies/status" and write.name == name


def test_a_second_sync_changes_nothing(world: World) -> None:
    """A commit that changes no rendered file is applied, and nothing is written."""
    world.begin()
    before = world.flux.cluster.generations()
    (world.flux.repository.tree / "README.md").write_text("A fleet.\n", encoding="utf-8")
    since, rolled = world.changes(world.base, "nothing changes")
    assert [str(one) for one in since.stored(flux.USER) if one.resource in APPLIED] == []
    assert (rolled, world.flux.cluster.generations(), since.denials()) == (0, before, [])


def test_a_robot_its_grant_and_a_service_in_one_commit(world: World) -> None:
    changed = world.begin()
    changed["robots"].append(robot("speech", ["language"]))
    changed["services"].append(service("speaker", "language", f"{HOST}/speech/app:1.0", ["speech"]))
    since, rolled = world.changes(changed, "robot, grant and service")
    assert unhealed(since.denials(), since.stored()) == []
    assert "language/speaker-predictor" in world.flux.cluster.generations()
    asked, made = (since.first(named_as("language", kind, name), flux.USER) for kind, name in NEW_OF_SPEECH)
    assert max(asked, since.first(within("language", "configmaps"), flux.USER)) < made
    assert rolled == 0


NEW_OF_SPEECH = ((SECRETS, "harbor-speech"), (SERVICES, "speaker"))


def named_as(namespace: str, resource: str, name: str) -> Callable[[Write], bool]:
    return lambda write: (write.namespace, write.resource, write.name) == (namespace, resource, name)


def test_an_image_moves_to_a_project_granted_in_the_same_commit(world: World) -> None:
    changed = world.begin()
    changed["robots"].append(robot("next", ["vision"]))
    moved = f"{HOST}/next/app:1.0"
    named(changed["services"], "detector").update(
        robots=["next"], spec={"predictor": {**_of(changed, "detector"), "containers": [container(moved)]}}
    )
    since, rolled = world.changes(changed, "an image moves to a project granted with it")
    assert unhealed(since.denials(), since.stored()) == []
    assert world.flux.cluster.replicas("vision", "detector-predictor") == {OLD: 0, moved: 1}
    assert rolled == 1


def _of(written: Fleet, service: str) -> Fleet:
    found: Fleet = named(written["services"], service)["spec"]["predictor"]
    return found


def test_a_narrowing_commit_rolls(world: World) -> None:
    """An image moves and its project leaves the grants with the same commit: the old ReplicaSet still reaches 0."""
    changed = world.begin()
    changed["robots"].append(robot("before", ["vision"]))
    old, new = f"{HOST}/before/app:1.0", f"{HOST}/mirror/app:1.0"
    changed["services"].append(service("mover", "vision", old, ["before"]))
    world.changes(changed, "a service that will move")
    assert world.flux.cluster.replicas("vision", "mover-predictor") == {old: 1}
    narrowed = world.base | {"services": [*world.base["services"], service("mover", "vision", new, ["mirror"])]}
    since, _ = world.changes(narrowed, "an image moves and its project is taken from the grant")
    assert [str(one) for one in unhealed(since.denials(), since.stored())] == []
    assert world.flux.cluster.replicas("vision", "mover-predictor") == {old: 0, new: 1}
    again = copy.deepcopy(narrowed)
    _of(again, "mover")["containers"] = [container(f"{HOST}/mirror/app:2.0")]
    world.changes(again, "the next commit after the narrowing one")
    assert world.flux.cluster.replicas("vision", "mover-predictor") == {old: 0, new: 0, f"{HOST}/mirror/app:2.0": 1}
