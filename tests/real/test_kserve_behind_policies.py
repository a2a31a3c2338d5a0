"""KServe's own controller behind all policies on Deny: what is admitted is served, and nothing that comes of it is refused;
what a runtime brings without a Secret is stopped before it runs.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from mooring.policies.plan import of_engine
from tests.real import apiserver as api
from tests.real import kserve_controller as kserve
from tests.real import served
from tests.real.conftest import Modules, Tools
from tests.real.kyverno_admission import Admission
from tests.real.policy_objects import EVERYTHING, grants, namespace, objects, of_fleet
from tests.real.verdicts import BY_POLICY, BY_WEBHOOK, Judge, Object, Request, Unjudged, Verdict

# As whom each request is made in a cluster.
TEAM = "system:serviceaccount:argocd:argocd-application-controller"
CONTROLLER = f"system:serviceaccount:{kserve.NAMESPACE}:kserve-controller-manager"
MAKER = "system:serviceaccount:kube-system:{}-controller"
# Kind → where those stand that KServe makes of an InferenceService.
MADE = {"Deployment": "/apis/apps/v1", "Service": "/api/v1", "HorizontalPodAutoscaler": "/apis/autoscaling/v2"}
PATIENCE = 60.0
REFUSED = ("mooring-require-pull-secret",)


@dataclass(frozen=True)
class Kserve:
    admission: Admission
    log: Path


@dataclass(frozen=True)
class Behind:
    """A namespace whose services came through the policies of one engine; `start` is where KServe's log was then."""

    judge: Judge
    server: api.ApiServer
    namespace: str
    explicit: bool
    shapes: Mapping[str, served.Shape]
    deployments: Mapping[str, Object]
    log: Path
    start: int

    def store(self, shapes: Mapping[str, served.Shape]) -> None:
        for name, shape in shapes.items():
            self.judge.store(served.service(name, shape, self.namespace), user=TEAM)

    def service(self, name: str) -> Object:
        return self.judge.stored(served.service(name, served.STANDING, self.namespace))

    def made(self, kind: str) -> dict[str, Object]:
        """What stands of a kind, by name."""
        status, answer = self.server.get(f"{MADE[kind]}/namespaces/{self.namespace}/{kind.lower()}s")
        assert status == 200 and isinstance(answer, dict), answer
        return {
            one["metadata"]["name"]: {"apiVersion": answer["apiVersion"], "kind": kind, **one} for one in answer["items"]
        }

    def refused(self) -> dict[str, set[str]]:
        """The services of which KServe's log says that something was denied, with the words."""
        found: dict[str, set[str]] = {}
        whole_lines = self.log.read_bytes()[self.start :].rpartition(b"\n")[0].splitlines()
        for said in (json.loads(line) for line in whole_lines if b"denied" in line):
            if said.get("namespace") == self.namespace and denied(said["error"]):
                found.setdefault(said["name"], set()).add(said["error"])
        return found

    def reported(self) -> dict[str, set[str]]:
        """The same of its events."""
        status, answer = self.server.get(f"/api/v1/namespaces/{self.namespace}/events")
        assert status == 200 and isinstance(answer, dict), answer
        found: dict[str, set[str]] = {}
        for event in answer["items"]:
            if denied(event["message"]):
                found.setdefault(event["involvedObject"]["name"], set()).add(event["message"])
        return found


def denied(words: str) -> bool:
    return bool(BY_POLICY.search(words) or BY_WEBHOOK.search(words))


@pytest.fixture(scope="module")
def running(
    accounted_admission: Admission, tool: Tools, module: Modules, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kserve]:
    accounted_admission.remove()
    manager, folder = tool("kserve-manager"), tmp_path_factory.mktemp("kserve-behind-policies")
    with kserve.serving(accounted_admission.server, manager, module("kserve"), folder, {}, CONTROLLER) as log:
        yield Kserve(accounted_admission, log)


ENGINES = [(engine, explicit) for engine in (KUBERNETES, KYVERNO) for explicit in (True, False)]


@pytest.fixture(scope="module", params=ENGINES, ids=lambda one: f"{one[0]}-{'explicit' if one[1] else 'implicit'}")
def behind(running: Kserve, request: pytest.FixtureRequest) -> Iterator[Behind]:
    engine, explicit = request.param
    admission, judge = running.admission, running.admission.judge
    where = f"served-{engine}-{'explicit' if explicit else 'implicit'}"
    judge.store(namespace(where, granted=True), grants(where, served.granted()), *served.accounts(where))
    judge.store(*served.runtimes(where), served.service("standing", served.STANDING, where))
    since = kserve.version(admission.server)
    given = dataclasses.replace(of_fleet(EVERYTHING), engine=engine, explicit=explicit)
    policies = admission.policies if engine == KYVERNO else admission.native
    try:
        policies.apply(objects(given, *of_engine(engine)))
        shapes = {**served.SHAPES, **({} if explicit else served.IMPLICIT), **served.INJECTED}
        start = running.log.stat().st_size
        found = Behind(judge, admission.server, where, explicit, shapes, {}, running.log, start)
        found.store(shapes)
        there = kserve.workloads(admission.server, since, {(where, name) for name in deployments(shapes)}, PATIENCE)
        yield dataclasses.replace(found, deployments={name: one for (space, name), one in there.items() if space == where})
    finally:
        policies.apply([])


def deployments(shapes: Mapping[str, served.Shape]) -> set[str]:
    return {f"{name}-{part}" for name, shape in shapes.items() for part in shape.made}


# --- what is right


def test_what_is_admitted_is_served(behind: Behind) -> None:
    """All shapes were admitted, or nothing would stand here; KServe makes everything of them, and nothing is denied."""
    assert len(behind.shapes) >= 20
    assert deployments(behind.shapes) - set(behind.deployments) == set()
    scaled = deployments({name: shape for name, shape in behind.shapes.items() if shape.scaled == "hpa"})

    def whole() -> bool:
        made = {*behind.made("Service")} >= scaled and {*behind.made("HorizontalPodAutoscaler")} >= scaled
        return made and all(behind.service(name).get("status", {}).get("conditions") for name in behind.shapes)

    api.until(whole, "KServe to have made everything")
    assert all(behind.service(name)["metadata"]["finalizers"] for name in behind.shapes)
    assert {name: said for found in (behind.refused(), behind.reported()) for name, said in found.items()} == {}


def test_replica_sets_and_pods_are_admitted(behind: Behind) -> None:
    said = {name: replicas_and_pod(behind, behind.deployments[name]) for name in deployments(behind.shapes)}
    assert {one.message for found in said.values() for one in found if not one.allowed} == set()
    listed = {name for name, (_, pod) in said.items() if pod.object and pod.object["spec"].get("imagePullSecrets")}
    # Without a list are the public image, and predictors beside which another component pulls from Harbor.
    beside = {f"{name}-predictor" for name, shape in behind.shapes.items() if len(shape.made) > 1}
    assert {*said} - listed <= {"public-predictor", *beside}


def replicas_and_pod(behind: Behind, deployment: Object) -> tuple[Verdict, Verdict]:
    """What is said of the ReplicaSet of a Deployment, and of its Pod, each made by the controller that makes it."""
    template = copy.deepcopy(deployment["spec"]["template"])
    name, labels = deployment["metadata"]["name"], {**template["metadata"]["labels"], "pod-template-hash": "0"}
    template["metadata"] = {"labels": labels, "annotations": template["metadata"].get("annotations", {})}
    replicas = owned("apps/v1", "ReplicaSet", f"{name}-0", deployment)
    replicas["metadata"]["labels"] = labels
    replicas["spec"] = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    one = owned("v1", "Pod", f"{name}-0-0", {**replicas, "metadata": {**replicas["metadata"], "uid": "0"}})
    one["metadata"] |= template["metadata"]
    one["spec"] = template["spec"]
    return (
        behind.judge.verdict(Request(replicas, user=MAKER.format("deployment"))),
        behind.judge.verdict(Request(one, user=MAKER.format("replicaset"))),
    )


def owned(api_version: str, kind: str, name: str, owner: Object) -> Object:
    named = {key: owner["metadata"][key] for key in ("name", "uid")}
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], **named, "controller": True}
    metadata = {"name": name, "namespace": owner["metadata"]["namespace"], "ownerReferences": [reference]}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def test_a_changed_service_is_served_anew(behind: Behind) -> None:
    """The controller's updates of what it has made go through, and of a service that stands and would be refused now."""
    changed = json.loads(json.dumps(served.SHAPES["custom"].spec).replace(":1.0", ":2.0"))
    behind.store({"custom": served.Shape(changed)})
    image = f"{served.HOST}/vision/app:2.0"
    api.until(lambda: image in json.dumps(behind.made("Deployment")["custom-predictor"]["spec"]), "KServe to serve it anew")
    there = behind.service("standing")
    assert there["metadata"]["finalizers"] and there["status"]["conditions"]
    without = {**there, "metadata": {**there["metadata"], "finalizers": []}}
    noted = {**there, "status": {**there["status"], "modelStatus": {"transitionStatus": "InProgress"}}}
    for made, subresource in ((without, ""), (noted, "status")):
        assert behind.judge.verdict(Request(made, "UPDATE", subresource, CONTROLLER), keep=True).allowed
    again = behind.judge.verdict(Request(served.service("standing-2", served.STANDING, behind.namespace), user=TEAM))
    assert again.allowed == (not behind.explicit)


# --- what is wrong


def test_a_runtime_s_image_without_a_secret_is_stopped(behind: Behind) -> None:
    """The service is admitted: the image is not written in it. Where owners need a list its Deployment is refused, which
    KServe reports, and nothing of it is made but a Service; elsewhere its Pod is, which only then has its account's list."""
    since = kserve.version(behind.server)
    behind.store(served.LACKING)
    wanted = deployments(served.LACKING)
    if not behind.explicit:
        found = kserve.workloads(behind.server, since, {(behind.namespace, name) for name in wanted}, PATIENCE)
        for name in wanted:
            replicas, one = replicas_and_pod(behind, found[behind.namespace, name])
            assert replicas.allowed, replicas.message
            ours = name == "lacking-beside-transformer"
            assert (one.allowed, one.policies) == (ours, () if ours else REFUSED)
        assert not {*behind.refused(), *behind.reported()} & {*served.LACKING}
        return
    api.until(lambda: {*served.LACKING} <= {*behind.refused()} & {*behind.reported()}, "KServe to report what is refused")
    for said in (behind.refused(), behind.reported()):
        for name in served.LACKING:
            assert all(REFUSED[0] in words and served.ENGINE in words for words in said[name])
    left = {kind: {*behind.made(kind)} & wanted for kind in MADE}
    assert left == {"Deployment": set(), "HorizontalPodAutoscaler": set(), "Service": left["Service"]}
    behind.store({"lacking": served.SHAPES["runtime-bare"]})
    api.until(lambda: "lacking-predictor" in behind.made("Deployment"), "KServe to serve what was mended")
    assert all(one.allowed for one in replicas_and_pod(behind, behind.made("Deployment")["lacking-predictor"]))


# --- the end


def test_everything_goes(behind: Behind) -> None:
    """KServe takes its finalizer away, also of what would be refused now."""
    # What the test before this one has stored is there only where that test ran on this server.
    names = [name for name in ("standing", *behind.shapes, *served.LACKING) if stands(behind, name)]
    assert {*names} >= {"standing", *behind.shapes}
    for name in names:
        behind.judge.delete(served.service(name, served.STANDING, behind.namespace))

    def gone() -> bool:
        return not [name for name in names if stands(behind, name)]

    api.until(gone, "the services to be gone")


def stands(behind: Behind, name: str) -> bool:
    try:
        return bool(behind.service(name))
    except Unjudged as answer:
        assert answer.code == 404
        return False
