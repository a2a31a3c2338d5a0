"""Argo CD's own controllers on what mooring renders for them, behind all policies on Deny, as the audit log tells it.

The tests of a layout and an engine follow each other on one cluster. Each is a commit of the same fleet, and leaves it
synced; each prints its row of the table scenario, layout, engine; syncs, denials, rolls, seconds.
"""

from __future__ import annotations

import copy

from tests.real.sync.applications import ArgoCd
from tests.real.sync.argo_world import EACH, NEEDS, UNSTAGED, comes_to, commit, healed, rolled_out
from tests.real.sync.argocd import USER
from tests.real.sync.fleet import ENVIRONMENT, HOST, OLD, container, named, robot, service

__all__ = ["NEEDS"]
PUBLIC = "docker.io/library/server:1"
MOVED, LEFT = f"{HOST}/moved/app:1.0", f"{HOST}/mirror/writer:1.0"


@EACH
def test_first_sync(argo: ArgoCd) -> None:
    """What is refused on the way heals by itself, and the projects permit all that is needed."""
    argo.reached(lambda: rolled_out(argo), "every Deployment to be rolled out")
    assert healed(argo.cluster.audit)
    assert set(argo.cluster.generations().values()) == {1}


@UNSTAGED
def test_a_commit_that_changes_nothing(argo: ArgoCd) -> None:
    """Argo CD compares everything three times more, and writes nothing."""
    before = argo.cluster.generations()
    since = commit(argo, argo.written, "nothing changes")
    argo.compared(3)
    assert argo.wrote(since) == []
    assert argo.cluster.generations() == before


@UNSTAGED
def test_robot_grant_and_service_at_once(argo: ArgoCd) -> None:
    before, changed = argo.cluster.generations(), copy.deepcopy(argo.written)
    changed["robots"].append(robot("speech", ["language"]))
    changed["services"].append(service("speech", "language", f"{HOST}/speech/app:1.0", ["speech"]))
    assert healed(commit(argo, changed, "robot, grant and service at once"))
    now = argo.cluster.generations()
    assert now.pop("language/speech-predictor") == 1
    assert now == before


@UNSTAGED
def test_an_image_moves_to_a_project_granted_at_once(argo: ArgoCd) -> None:
    changed = copy.deepcopy(argo.written)
    changed["robots"].append(robot("moved", ["vision"]))
    detector = named(changed["services"], "detector")
    detector["robots"], detector["spec"]["predictor"]["containers"] = ["moved"], [container(MOVED)]
    assert healed(commit(argo, changed, "image and grant move at once"))
    comes_to(argo, "detector-predictor", {OLD: 0, MOVED: 1})


@UNSTAGED
def test_a_grant_is_narrowed(argo: ArgoCd) -> None:
    """The service moves to an image of another project, and the robot of the old one goes: old pods go too."""
    changed = copy.deepcopy(argo.written)
    changed["robots"] = [one for one in changed["robots"] if one["name"] != "vision"]
    reader = named(changed["services"], "reader")
    reader["robots"], reader["spec"]["transformer"]["containers"] = ["mirror"], [container(LEFT)]
    assert healed(commit(argo, changed, "a grant is narrowed"))
    comes_to(argo, "reader-transformer", {OLD: 0, LEFT: 1})


@UNSTAGED
def test_a_denial_is_seen_and_heals_by_itself(argo: ArgoCd) -> None:
    """Somebody changes a rendered image by hand; the grant comes with a later commit, of which nobody tells Argo CD."""
    image = f"{HOST}/unheard/app:1.0"
    file = argo.repository.tree / "overlays" / ENVIRONMENT / "batch" / "services" / "public.inferenceservice.yaml"
    text = file.read_text(encoding="utf-8")
    assert PUBLIC in text
    with argo.told("a denial, and its mend") as since:
        file.write_text(text.replace(PUBLIC, image), encoding="utf-8")
        argo.push("an image that nobody has granted")
        argo.refresh()
        argo.until(
            lambda found: any("mooring-" in one.said and one.sync == "OutOfSync" for one in found.values()),
            "the denial to be seen",
        )
        changed = copy.deepcopy(argo.written)
        changed["robots"].append(robot("unheard", ["batch"]))
        public = named(changed["services"], "public")
        public["robots"], public["spec"]["predictor"]["containers"] = ["unheard"], [container(image)]
        argo.publish(changed, "the grant")
        argo.synced()
    assert since.denials(USER) and healed(since)


@UNSTAGED
def test_a_service_leaves_and_then_its_robot(argo: ArgoCd) -> None:
    """Nothing else goes, and nothing rolls."""
    changed = copy.deepcopy(argo.written)
    changed["robots"].append(robot("leaving", ["language"]))
    changed["services"].append(service("leaving", "language", f"{HOST}/leaving/app:1.0", ["leaving"]))
    commit(argo, changed, "a service that is to leave")
    before = argo.cluster.generations()
    secret = "/api/v1/namespaces/language/secrets/harbor-leaving"
    changed = copy.deepcopy(changed)
    changed["services"].pop()
    assert healed(commit(argo, changed, "a service leaves"))
    argo.reached(lambda: "language/leaving-predictor" not in argo.cluster.deployments(), "its Deployment to go")
    assert argo.cluster.find(secret) is not None
    changed = copy.deepcopy(changed)
    changed["robots"].pop()
    assert healed(commit(argo, changed, "a robot leaves"))
    argo.reached(lambda: argo.cluster.find(secret) is None, "its Secret to go")
    assert argo.cluster.generations() == {key: value for key, value in before.items() if "leaving" not in key}
