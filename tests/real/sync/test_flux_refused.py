"""What admission refuses while Flux syncs: Flux says so, and applies it by itself once nothing refuses it any more."""

from __future__ import annotations

import time

from mooring.fleet.grants import GRANTS
from tests.real.sync import flux
from tests.real.sync.audit import unhealed
from tests.real.sync.fleet import HOST, NEW, OLD, container, named
from tests.real.sync.flux_world import NEEDS, World
from tests.real.sync.outage import unreachable

__all__ = ["NEEDS"]
SERVICES = "demo-prod-vision-services"


def test_a_denial_is_seen_and_heals(world: World) -> None:
    """Somebody edits a rendered image; later the grant comes that it lacks."""
    world.begin()
    before, attempts, start = world.flux.cluster.generations(), world.flux.attempts(), time.monotonic()
    bad = f"{HOST}/secret/app:1.0"
    since = world.edits("vision/services/detector.inferenceservice.yaml", OLD, bad)
    states = world.flux.states
    world.flux.until(lambda: states()[SERVICES][0] == "False" and bad in states()[SERVICES][2], "Flux to say so", states)
    assert "mooring-require-pull-secret" in states()[SERVICES][2]
    assert states()["demo-prod-vision-access"][0] == "True"
    assert world.flux.cluster.generations() == before
    path = f"/api/v1/namespaces/vision/configmaps/{GRANTS}"
    data = world.flux.cluster.judge.get(path)["data"] | {"harbor-vision": f"{HOST}/secret,{HOST}/vision"}
    metadata = {"name": GRANTS, "namespace": "vision"}
    granted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
    world.flux.cluster.judge.store(granted, user=flux.USER)  # whom the fleet lets change grants
    world.flux.synced()
    seconds = time.monotonic() - start
    world.rolled_out()
    assert since.denials(flux.USER) and unhealed(since.denials(), since.stored()) == []
    assert world.flux.cluster.replicas("vision", "detector-predictor") == {OLD: 0, bad: 1}
    world.tell("a policy denies, the grant comes later", since, world.flux.attempts() - attempts, 1, seconds)


def test_a_webhook_is_down_during_a_commit(world: World) -> None:
    """KServe does not answer. Flux says so, and applies the commit by itself after KServe is back."""
    changed = world.begin()
    predictor = named(changed["services"], "detector")["spec"]["predictor"]
    predictor["containers"] = [container(NEW)]
    attempts, start = world.flux.attempts(), time.monotonic()
    states = world.flux.states
    with unreachable(world.flux.cluster):
        since = world.commit(changed, "while KServe is down")
        world.flux.until(lambda: "failed calling webhook" in states()[SERVICES][2], "Flux to say so", states)
        assert states()[SERVICES][0] == "False"
    world.flux.synced()
    seconds = time.monotonic() - start
    world.rolled_out()
    # What the commit does not change is asked for in dry runs alone, which are refused too, and answered later.
    answered = [one for one in since.writes() if not one.refused]
    assert since.denials(flux.USER) and unhealed(since.denials(), answered) == []
    assert world.flux.cluster.replicas("vision", "detector-predictor") == {OLD: 0, NEW: 1}
    world.tell("KServe's webhook is down", since, world.flux.attempts() - attempts, 1, seconds)
