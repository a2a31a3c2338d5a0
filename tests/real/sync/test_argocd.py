"""Argo CD's own controllers on what mooring renders for them, behind all policies on Deny, as the audit log tells it.

The tests of a layout and an engine follow each other on one cluster. Each is a commit of the same fleet, and leaves it
synced; each prints its row of the table scenario, layout, engine; syncs, denials, rolls, seconds.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from tests.real import apiserver as api
from tests.real.conftest import Modules, Tools
from tests.real.sync import cluster
from tests.real.sync.applications import ArgoCd, refused_by
from tests.real.sync.argocd import PROGRAMS, USER, controlling, definitions
from tests.real.sync.audit import Audit, unhealed
from tests.real.sync.fleet import ENVIRONMENT, HOST, OLD, Fleet, container, fleet, named, robot, service

NEEDS = (*cluster.PROGRAMS, *PROGRAMS)
pytestmark = pytest.mark.xdist_group("argocd")  # one server, whatever the number of processes
CASES = [(layout, engine) for layout in ("split", "together") for engine in (KYVERNO, KUBERNETES)]
ROLLING = ("rolling", KYVERNO)
EACH = pytest.mark.parametrize("argo", CASES, indirect=True, ids="-".join)
PUBLIC = "docker.io/library/server:1"
MOVED, LEFT = f"{HOST}/moved/app:1.0", f"{HOST}/mirror/writer:1.0"


@pytest.fixture(scope="module")
def argo(
    request: pytest.FixtureRequest, tool: Tools, module: Modules, programs: api.Programs,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ArgoCd]:  # fmt: skip
    """Argo CD once it has synced the fleet into an empty cluster, from `root.yaml` alone."""
    layout, engine = request.param
    needed = {name: tool(name) for name in PROGRAMS}
    folder = tmp_path_factory.mktemp(f"argocd-{layout}-{engine}")
    with (
        cluster.running(tool, module, programs, folder, definitions()) as empty,
        controlling(needed, empty),
    ):
        repository = empty.repository("fleet")
        found = ArgoCd(empty, repository, layout, engine)
        found.publish(fleet(engine, {"tool": "argo-cd", "repo": repository.url, "layout": layout}, [USER]), "a fleet")
        with found.told("first sync"):
            found.bootstrap()
            found.synced()
        yield found


def healed(since: Audit) -> bool:
    """Whether mooring's policies alone have refused something of Argo CD, and it took all of that effect later."""
    denials = since.denials(USER)
    return refused_by(denials) <= {"mooring"} and unhealed(denials, since.stored(USER)) == []


def commit(argo: ArgoCd, changed: Fleet, subject: str) -> Audit:
    """The audit log from a commit of the fleet onwards, once it is synced; the webhook of a git server tells Argo CD."""
    with argo.told(subject) as since:
        argo.publish(changed, subject)
        argo.refresh()
        argo.synced()
        argo.reached(lambda: rolled_out(argo), "every Deployment to be rolled out")
    return since


def comes_to(argo: ArgoCd, deployment: str, meant: dict[str, int]) -> None:
    """Waits until these are the pods of a Deployment of namespace `vision`, by their image."""

    def done() -> bool:
        return argo.cluster.replicas("vision", deployment) == meant

    argo.reached(done, f"{deployment} to come to {meant}")


def rolled_out(argo: ArgoCd) -> bool:
    """Whether KServe has made its Deployments, and all of them have only pods of their present image."""
    found = argo.cluster.deployments()
    wanted = {
        f"{one['namespace']}/{one['name']}-{part}"
        for one in argo.written["services"]
        if one.get("kind", "InferenceService") == "InferenceService"
        for part in one["spec"]
    }
    return wanted <= set(found) and all(
        one["status"].get("observedGeneration") == one["metadata"]["generation"]
        and one["status"].get("replicas") == one["status"].get("updatedReplicas") == one["status"].get("availableReplicas")
        for one in found.values()
    )


@pytest.mark.parametrize("argo", [*CASES, ROLLING], indirect=True, ids="-".join)
def test_first_sync(argo: ArgoCd) -> None:
    """What is refused on the way heals by itself, and the projects permit all that is needed."""
    argo.reached(lambda: rolled_out(argo), "every Deployment to be rolled out")
    assert healed(argo.cluster.audit)
    assert set(argo.cluster.generations().values()) == {1}


@pytest.mark.parametrize("argo", [ROLLING], indirect=True, ids="-".join)
def test_rolling_syncs_stage_after_stage(argo: ArgoCd) -> None:
    stored = argo.cluster.audit.stored(USER)
    granted = [one.number for one in stored if one.resource == "configmaps" and one.name == "mooring-pull-grants"]
    policies = [one.number for one in stored if one.resource == "validatingpolicies"]
    services = [one.number for one in stored if one.resource == "inferenceservices"]
    assert max(granted) < min(policies) and max(policies) < min(services)


@EACH
def test_a_commit_that_changes_nothing(argo: ArgoCd) -> None:
    """Argo CD compares everything three times more, and writes nothing."""
    before = argo.cluster.generations()
    since = commit(argo, argo.written, "nothing changes")
    argo.compared(3)
    assert argo.wrote(since) == []
    assert argo.cluster.generations() == before


@EACH
def test_robot_grant_and_service_at_once(argo: ArgoCd) -> None:
    before, changed = argo.cluster.generations(), copy.deepcopy(argo.written)
    changed["robots"].append(robot("speech", ["language"]))
    changed["services"].append(service("speech", "language", f"{HOST}/speech/app:1.0", ["speech"]))
    assert healed(commit(argo, changed, "robot, grant and service at once"))
    now = argo.cluster.generations()
    assert now.pop("language/speech-predictor") == 1
    assert now == before


@EACH
def test_an_image_moves_to_a_project_granted_at_once(argo: ArgoCd) -> None:
    changed = copy.deepcopy(argo.written)
    changed["robots"].append(robot("moved", ["vision"]))
    detector = named(changed["services"], "detector")
    detector["robots"], detector["spec"]["predictor"]["containers"] = ["moved"], [container(MOVED)]
    assert healed(commit(argo, changed, "image and grant move at once"))
    comes_to(argo, "detector-predictor", {OLD: 0, MOVED: 1})


@EACH
def test_a_grant_is_narrowed(argo: ArgoCd) -> None:
    """The service moves to an image of another project, and the robot of the old one goes: old pods go too."""
    changed = copy.deepcopy(argo.written)
    changed["robots"] = [one for one in changed["robots"] if one["name"] != "vision"]
    reader = named(changed["services"], "reader")
    reader["robots"], reader["spec"]["transformer"]["containers"] = ["mirror"], [container(LEFT)]
    assert healed(commit(argo, changed, "a grant is narrowed"))
    comes_to(argo, "reader-transformer", {OLD: 0, LEFT: 1})


@EACH
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


@EACH
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
