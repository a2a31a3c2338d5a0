"""What leaves the fleet, and what stays on the cluster all the same; and what stood there before Flux came.

Each scenario begins with the whole fleet in sync, and makes commits. What it took is told with `pytest -s`.
"""

from __future__ import annotations

import time

from mooring.fleet.grants import GRANTS
from tests.real.sync import flux
from tests.real.sync.figures import rolls
from tests.real.sync.fleet import ENVIRONMENT, OLD, named, robot, service
from tests.real.sync.flux_world import NEEDS, World

__all__ = ["NEEDS"]
SERVICE = "/apis/serving.kserve.io/v1beta1/namespaces/{}/inferenceservices/{}"
ASKED = "/apis/external-secrets.io/v1/namespaces/{}/externalsecrets/{}"
SECRET = "/api/v1/namespaces/{}/secrets/{}"


def test_a_service_leaves(world: World) -> None:
    """With what KServe made of it, and nothing else."""
    changed = world.begin()
    changed["services"].remove(named(changed["services"], "detector"))
    before = world.flux.cluster.generations()
    since, rolled = world.changes(changed, "a service leaves")
    cluster = world.flux.cluster
    world.flux.until(lambda: "vision/detector-predictor" not in cluster.deployments(), "the Deployment to go")
    assert cluster.find(SERVICE.format("vision", "detector")) is None
    assert (rolled, since.denials()) == (0, [])
    assert set(before) - set(cluster.generations()) == {"vision/detector-predictor"}


def test_a_robot_leaves(world: World) -> None:
    """Its ExternalSecret and its Secret go; others, and Pods, are left alone."""
    changed = world.begin()
    changed["robots"].append(robot("spare", ["vision"]))
    changed["services"].append(service("spared", "vision", "harbor.example.com/spare/app:1.0", ["spare"]))
    world.changes(changed, "a robot comes with a service")
    cluster = world.flux.cluster
    secret = SECRET.format("vision", "harbor-spare")
    world.flux.until(lambda: cluster.find(secret) is not None, "External Secrets to write the Secret")
    since, rolled = world.changes(world.base, "a robot and its service leave")
    world.flux.until(lambda: cluster.find(secret) is None, "the Secret to go")
    assert cluster.find(ASKED.format("vision", "harbor-spare")) is None
    assert cluster.find(SECRET.format("vision", "harbor-vision")) is not None
    assert (rolled, [str(one) for one in since.denials()]) == (0, [])


def test_a_namespace_leaves(world: World) -> None:
    """Its services go. What lets them pull stays, and so does the Namespace."""
    changed = world.begin()
    cluster = world.flux.cluster
    kept = ["/api/v1/namespaces/language", f"/api/v1/namespaces/language/configmaps/{GRANTS}"]
    kept += [ASKED.format("language", "harbor-mirror"), SECRET.format("language", "harbor-mirror")]
    before = {path: cluster.judge.get(path)["metadata"]["uid"] for path in kept}
    for things in ("namespaces", "services"):
        changed[things] = [one for one in changed[things] if "language" not in (one["name"], one.get("namespace"))]
    named(changed["robots"], "mirror")["namespaces"] = ["vision"]
    since, rolled = world.changes(changed, "a namespace leaves")
    world.flux.until(lambda: cluster.find(SERVICE.format("language", "chat")) is None, "its service to go")
    after = {path: cluster.judge.get(path)["metadata"]["uid"] for path in kept}
    assert after == before
    assert (rolled, [str(one) for one in since.denials()]) == (0, [])


def test_a_namespace_is_managed_no_longer(world: World) -> None:
    """`manage: false`: the Namespace stays as it is, and no model rolls."""
    changed = world.begin()
    cluster, path = world.flux.cluster, "/api/v1/namespaces/language"
    before = cluster.judge.get(path)["metadata"]
    named(changed["namespaces"], "language")["manage"] = False
    since, rolled = world.changes(changed, "manage: true -> false")
    after = cluster.judge.get(path)["metadata"]
    assert (after["uid"], after.get("deletionTimestamp")) == (before["uid"], None)
    assert (rolled, [str(one) for one in since.denials()]) == (0, [])


def test_what_was_applied_by_hand_is_adopted(world: World) -> None:
    """With one roll of each model, as KServe copies Flux's labels to its Pods; the next commit rolls none."""
    changed = world.begin()
    changed["namespaces"].append({"name": "adopted"})
    named(changed["robots"], "vision")["namespaces"].append("adopted")
    changed["services"].append(service("standing", "adopted", OLD, ["vision"]))
    cluster, repository = world.flux.cluster, world.flux.repository
    cluster.prepare(repository, changed)
    for stage in ("access", "services"):
        root = repository.tree / "overlays" / ENVIRONMENT / "adopted" / stage
        done = cluster.server.kubectl("apply", "--server-side", f"--kustomize={root}", f"--as={flux.USER}")
        assert done.returncode == 0, done.stderr
    world.rolled_out()
    before = cluster.generations()
    assert before["adopted/standing-predictor"] == 1
    _, rolled = world.changes(changed, "what was applied by hand is adopted")
    assert rolled == 1
    assert cluster.generations()["adopted/standing-predictor"] == 2
    before, attempts, start = cluster.generations(), world.flux.attempts(), time.monotonic()
    (repository.tree / "README.md").write_text("Adopted.\n", encoding="utf-8")
    since = world.commit(changed, "the next commit")
    world.flux.synced()
    seconds, rolled = time.monotonic() - start, rolls(before, cluster.generations())
    world.tell("the next commit after the adoption", since, world.flux.attempts() - attempts, rolled, seconds)
    assert cluster.generations() == before
    assert since.denials(flux.USER) == []
