"""Layout `rolling`: an ApplicationSet syncs stage after stage. What that gives at first, and in the commits after it."""

from __future__ import annotations

import copy

from tests.real.sync.applications import ArgoCd
from tests.real.sync.argo_world import NEEDS, STAGED, comes_to, commit, healed, on
from tests.real.sync.argocd import USER
from tests.real.sync.fleet import HOST, OLD, container, named, robot, service

__all__ = ["NEEDS"]
pytestmark = on(*STAGED)
MOVED = f"{HOST}/moved/app:1.0"
POLICIES = ("validatingpolicies", "validatingadmissionpolicies", "validatingadmissionpolicybindings")
PUBLIC = "/apis/serving.kserve.io/v1beta1/namespaces/batch/inferenceservices/public"
SECRET = "/api/v1/namespaces/language/secrets/harbor-leaving"


def test_the_first_sync_goes_stage_after_stage(argo: ArgoCd) -> None:
    stored = argo.first.stored(USER)
    granted = [one.number for one in stored if one.resource == "configmaps" and one.name == "mooring-pull-grants"]
    policies = [one.number for one in stored if one.resource in POLICIES]
    services = [one.number for one in stored if one.resource == "inferenceservices"]
    assert max(granted) < min(policies) and max(policies) < min(services)


def test_a_commit_that_changes_nothing(argo: ArgoCd) -> None:
    """The set syncs nothing, though each Application has a new revision."""
    before = argo.cluster.generations()
    since = commit(argo, argo.written, "nothing changes")
    argo.compared(3)
    assert [str(one) for one in argo.wrote(since)] == []
    assert since.denials(USER) == []
    assert argo.cluster.generations() == before


def test_an_image_moves_to_a_project_granted_at_once(argo: ArgoCd) -> None:
    """Access and services sync at once then, as all stages are healthy: what is denied heals by the rendered retry."""
    before, changed = argo.cluster.generations(), copy.deepcopy(argo.written)
    changed["robots"].append(robot("moved", ["vision"]))
    detector = named(changed["services"], "detector")
    detector["robots"], detector["spec"]["predictor"]["containers"] = ["moved"], [container(MOVED)]
    assert healed(commit(argo, changed, "image and grant move at once"))
    comes_to(argo, "detector-predictor", {OLD: 0, MOVED: 1})
    assert argo.cluster.generations() == before | {"vision/detector-predictor": before["vision/detector-predictor"] + 1}


def test_a_service_leaves_and_then_its_robot(argo: ArgoCd) -> None:
    """The set has both pruned, and nothing else goes."""
    changed = copy.deepcopy(argo.written)
    changed["robots"].append(robot("leaving", ["language"]))
    changed["services"].append(service("leaving", "language", f"{HOST}/leaving/app:1.0", ["leaving"]))
    assert healed(commit(argo, changed, "robot, grant and service at once"))
    before = argo.cluster.generations()
    assert argo.cluster.find(SECRET) is not None
    changed = copy.deepcopy(changed)
    changed["services"].pop()
    assert healed(commit(argo, changed, "a service leaves"))
    argo.reached(lambda: "language/leaving-predictor" not in argo.cluster.deployments(), "its Deployment to go")
    assert argo.cluster.find(SECRET) is not None
    changed = copy.deepcopy(changed)
    changed["robots"].pop()
    assert healed(commit(argo, changed, "a robot leaves"))
    argo.reached(lambda: argo.cluster.find(SECRET) is None, "its Secret to go")
    assert argo.cluster.generations() == {key: value for key, value in before.items() if "leaving" not in key}


def test_what_somebody_changes_by_hand_is_put_back(argo: ArgoCd) -> None:
    """By the set, which has switched self-heal off: it syncs whatever is OutOfSync."""
    with argo.told("a change by hand") as since:
        done = argo.cluster.server.kubectl(
            "patch", "inferenceservices", "--namespace=batch", "public", "--type=merge",
            '--patch={"spec":{"predictor":{"maxReplicas":2}}}',
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        argo.reached(lambda: argo.cluster.judge.get(PUBLIC)["spec"]["predictor"]["maxReplicas"] == 1, "it to be put back")
        argo.synced()
    assert "selfHeal" not in str(argo.objects()[argo.named("batch", "services")]["spec"]["syncPolicy"])
    assert {one.place for one in argo.wrote(since)} == {"inferenceservices/batch/public"}
