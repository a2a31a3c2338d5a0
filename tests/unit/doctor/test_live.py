"""`mooring doctor SERVICE --kubeconfig`: what a cluster has for a service's pods, and how it differs from the fleet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.doctored import SECRET, World, causes
from tests.support.harbor.state import Robot
from tests.support.live_cluster import LiveCluster

LOGIN = "robot$vision+puller"
NAME = "harbor-puller"
FAILING = {"containerStatuses": [{"state": {"waiting": {"reason": "ImagePullBackOff"}}}]}


def asked(world: World, cluster: LiveCluster) -> dict[str, Any]:
    """The first image's verdict, which is in a private project."""
    _, entry = world.doctor("detector", "--kubeconfig", cluster.kubeconfig)
    found: dict[str, Any] = entry["pulls"][0]
    return found


def codes(entry: dict[str, Any]) -> list[str]:
    return [cause["code"] for cause in entry["causes"]]


def test_the_live_secret_pulls(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    code, entry = world.doctor("detector", "--kubeconfig", cluster.kubeconfig)
    assert (code, causes(entry)) == (1, [[], ["no-such-tag"], []])
    assert {one["login"] for one in entry["pulls"]} == {LOGIN}


def test_a_secret_that_is_nowhere(world: World, puller: Robot, cluster: LiveCluster) -> None:
    code, entry = world.doctor("detector", "--kubeconfig", cluster.kubeconfig)
    # The public image is pulled without it.
    assert (code, causes(entry)) == (1, [["secret-absent"], ["secret-absent"], []])
    assert entry["pulls"][0]["details"] == ["Secret `vision/harbor-puller` is not in the cluster"]


@pytest.mark.parametrize("may_list", [True, False])
def test_a_secret_in_another_namespace(world: World, puller: Robot, cluster: LiveCluster, may_list: bool) -> None:
    world.fleet(**{"namespaces: [{name: vision}]": "namespaces: [{name: vision}, {name: speech}]"})
    cluster.add_secret("speech", NAME, {world.harbor.host: (LOGIN, SECRET)})
    cluster.denied |= set() if may_list else {"/api/v1/secrets"}
    entry = asked(world, cluster)
    assert codes(entry) == ["secret-elsewhere"]
    assert entry["details"] == [
        "Secret `vision/harbor-puller` is not in the cluster; there is one of that name in `speech`"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("secret", "expected", "said"),
    [
        ({"type": "Opaque", "data": {"a": "eA=="}}, "secret-wrong-type", "no Secret of type `Opaque`"),
        ({"type": "kubernetes.io/dockerconfigjson", "data": {}}, "malformed-dockerconfig", "has no `.dockerconfigjson`"),
        ({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "%"}}, "malformed-dockerconfig", "base64"),
    ],
)
def test_a_secret_that_is_none(
    world: World, puller: Robot, cluster: LiveCluster, secret: dict[str, Any], expected: str, said: str
) -> None:
    cluster.add("Secret", "vision", NAME, **secret)
    entry = asked(world, cluster)
    assert codes(entry) == [expected]
    assert said in entry["details"][0]
    assert bool(entry["asked"]) == (expected == "secret-wrong-type")  # with the other one the kubelet asks nobody


def test_a_secret_for_another_registry(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {"other.example.com": (LOGIN, SECRET)})
    entry = asked(world, cluster)
    assert (codes(entry), entry["details"]) == (["no-auth-entry"], ["there are entries for `other.example.com`"])


def test_a_secret_that_may_not_be_read(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.denied.add(f"/api/v1/namespaces/vision/secrets/{NAME}")
    entry = asked(world, cluster)
    assert codes(entry) == ["cluster-unreadable"]
    assert entry["details"] == ["the kubeconfig's user may not read Secret `vision/harbor-puller`"]


def test_a_secret_of_another_robot_that_works(world: World, puller: Robot, cluster: LiveCluster) -> None:
    world.harbor.state.add_robot("byhand", "vision", secret=SECRET)
    cluster.add_secret("vision", NAME, {world.harbor.host: ("robot$vision+byhand", SECRET)})
    entry = asked(world, cluster)
    assert (codes(entry), entry["pullable"]) == (["login-differs"], True)
    assert entry["details"] == ["robot `puller` of the fleet logs in as `robot$vision+puller`"]


def test_the_successor_of_a_robot_is_the_fleet_s_too(world: World, puller: Robot, cluster: LiveCluster) -> None:
    world.harbor.state.add_robot("puller-b", "vision", secret=SECRET)
    cluster.add_secret("vision", NAME, {world.harbor.host: (f"{LOGIN}-b", SECRET)})
    assert codes(asked(world, cluster)) == []


def test_of_two_pods_the_one_that_fails_is_looked_at(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    image = f"{world.harbor.host}/vision/app:1.0"
    cluster.add_pod("vision", "detector-predictor-1", image, secrets=(), status=FAILING)
    cluster.add_pod("vision", "detector-predictor-2", image, secrets=(NAME,), metadata={
        "creationTimestamp": "2026-11-27T10:00:00Z"})  # fmt: skip
    cluster.add_pod("vision", "detector-predictor-3", image, secrets=("old",), status={"phase": "Failed"})
    entry = asked(world, cluster)
    assert codes(entry) == ["pod-differs", "no-pull-secret"]
    assert entry["details"][0] == (
        "Pod `vision/detector-predictor-1` was admitted with no imagePullSecrets; "
        "the fleet says imagePullSecrets `harbor-puller`"
    )


def test_a_pod_that_has_ended_tells_nothing(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    cluster.add_pod("vision", "detector-1", f"{world.harbor.host}/vision/app:1.0", status={"phase": "Failed"})
    assert codes(asked(world, cluster)) == []


def test_an_account_that_had_its_list_too_late(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    cluster.add("ServiceAccount", "vision", "runner", imagePullSecrets=[{"name": NAME}])
    image = f"{world.harbor.host}/vision/app:1.0"
    cluster.add_pod("vision", "detector-predictor-1", image, spec={"serviceAccountName": "runner"})
    entry = asked(world, cluster)
    assert codes(entry) == ["account-after-pod", "no-pull-secret"]
    assert entry["details"][1] == "ServiceAccount `runner` has imagePullSecrets `harbor-puller` by now"


def test_before_any_pod_the_account_s_list_is_what_a_pod_without_one_gets(world: World, cluster: LiveCluster) -> None:
    world.fleet(**{f"{world.harbor.host}/vision/app:1.0": f"{world.harbor.host}/library/base:1",
                   f"{world.harbor.host}/vision/app:2.0": f"{world.harbor.host}/library/base:1"})  # fmt: skip
    cluster.add("ServiceAccount", "vision", "default", imagePullSecrets=[{"name": "absent"}])
    entry = asked(world, cluster)
    assert (codes(entry), entry["pullable"]) == ([], True)
    assert entry["details"] == ["Secret `vision/absent` is not in the cluster"]


def test_what_the_server_filled_in_is_no_difference(world: World, cluster: LiveCluster) -> None:
    image = f"{world.harbor.host}/library/base:1"
    world.fleet(**{f"{world.harbor.host}/vision/app:1.0": image, f"{world.harbor.host}/vision/app:2.0": image})
    cluster.add_pod("vision", "detector-1", image, secrets=("accounts",))
    assert codes(asked(world, cluster)) == []


def test_a_pod_with_another_image(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    labels = {"metadata": {"labels": {"serving.kserve.io/inferenceservice": "detector"}}}
    cluster.add_pod("vision", "anything", f"{world.harbor.host}/vision/app:0.9", secrets=(NAME,), **labels)
    cluster.add_pod("vision", "detector-x", "other.example.com/a:1", metadata={
        "labels": {"serving.kserve.io/inferenceservice": "detector-x"}})  # fmt: skip
    entry = asked(world, cluster)
    assert (codes(entry), entry["pullable"]) == (["pod-differs"], True)
    assert entry["details"] == [
        f"no Pod of the service runs this image; they run `{world.harbor.host}/vision/app:0.9`"
    ]  # fmt: skip


def test_a_tag_that_was_resolved_to_a_digest_is_the_same_image(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    image = f"{world.harbor.host}/vision/app@sha256:{'0' * 64}"
    cluster.add_pod("vision", "detector-predictor-1", image, secrets=(NAME,))
    assert codes(asked(world, cluster)) == []


def test_pods_of_a_service_with_a_longer_name_are_not_its_own(world: World, puller: Robot, cluster: LiveCluster) -> None:
    world.fleet(**{"- name: idle": "- name: detector-idle"})
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    cluster.add_pod("vision", "detector-idle-1", "other.example.com/a:1")
    assert codes(asked(world, cluster)) == []
    cluster.add_pod("vision", "detector-1", "other.example.com/a:1")
    assert codes(asked(world, cluster)) == ["pod-differs"]


def test_pods_that_may_not_be_listed_are_said(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    cluster.denied.add("/api/v1/namespaces/vision/pods")
    entry = asked(world, cluster)
    assert (codes(entry), entry["pullable"]) == ([], True)
    assert entry["details"] == ["the kubeconfig's user may not read the Pods of namespace `vision`"]


def test_pods_and_secrets_are_read_once(world: World, puller: Robot, cluster: LiveCluster) -> None:
    cluster.add_secret("vision", NAME, {world.harbor.host: (LOGIN, SECRET)})
    asked(world, cluster)
    assert sorted(cluster.asked) == [
        "/api/v1/namespaces/vision/pods?limit=500", f"/api/v1/namespaces/vision/secrets/{NAME}"
    ]  # fmt: skip


def test_a_kubeconfig_that_is_none(world: World, puller: Robot) -> None:
    code, entry = world.doctor("detector", "--kubeconfig", world.folder / "none")
    assert (code, causes(entry)[0]) == (1, ["cluster-unreadable"])
    assert "is no kubeconfig" in entry["pulls"][0]["details"][0]
