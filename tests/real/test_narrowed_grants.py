"""A grant is narrowed while things stand that were pulled with it, behind all policies on Deny: Kubernetes' own controllers,
and KServe's, roll to what is granted now; what stands is scaled, paused and released; nothing new is made of the old image.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from mooring.policies.plan import of_engine
from mooring.policies.samples import pod, thing
from tests.real import apiserver as api
from tests.real import kserve_controller as kserve
from tests.real import served
from tests.real.changes import paced
from tests.real.complete import complete
from tests.real.conftest import Modules, Tools, admission_beside
from tests.real.controllers import USER, controlling
from tests.real.kyverno_admission import Admission
from tests.real.policy_objects import EVERYTHING, grants, namespace, objects, of_fleet
from tests.real.verdicts import Judge, Object, Request, Unjudged, denial
from tests.support.pod_places import owners, with_secret

pytestmark = pytest.mark.xdist_group("narrowed")  # one server, whatever the number of processes
TEAM = "system:serviceaccount:argocd:argocd-application-controller"  # the fleet lets it change grants
KSERVE = f"system:serviceaccount:{kserve.NAMESPACE}:kserve-controller-manager"
SECRET = "harbor-team"
OLD, NEW, NEWER, OLD_AGAIN = (f"{served.HOST}/{image}" for image in ("old/app:1", "new/app:1", "new/app:2", "old/app:2"))
# One place of each kind.
STANDING = (
    "deployment", "statefulset", "daemonset", "replicaset", "job", "cronjob", "knative", "runtime", "llm-template",
)  # fmt: skip
STOPPED = {"job": {"suspend": True}}  # all others by their replicas
REFUSED = ("mooring-require-pull-secret",)


@dataclass(frozen=True)
class Narrowed:
    """A namespace where everything was made of the old image, and its project has left the grant since."""

    judge: Judge
    server: api.ApiServer
    namespace: str

    def listed(self, kind: str) -> list[Object]:
        """What stands of a kind: of Pods, what is not on its way out."""
        root = "/api/v1" if kind == "Pod" else "/apis/apps/v1"
        status, answer = self.server.get(f"{root}/namespaces/{self.namespace}/{kind.lower()}s")
        assert status == 200 and isinstance(answer, dict), answer
        return [one for one in answer["items"] if "deletionTimestamp" not in one["metadata"]]

    def replicas(self, deployment: str) -> dict[str, int]:
        """How many Pods there are of each image of the Deployment, once a kubelet has started those that there are."""
        for one in self.listed("Pod"):
            self.start(one["metadata"]["name"])
        found = {}
        for one in self.listed("ReplicaSet"):
            if any(owner["name"] == deployment for owner in one["metadata"].get("ownerReferences", ())):
                found[one["spec"]["template"]["spec"]["containers"][0]["image"]] = one["status"]["replicas"]
        return found

    def start(self, name: str) -> None:
        """What a kubelet says of a Pod that it has started."""
        status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
        metadata = {"name": name, "namespace": self.namespace}
        try:
            self.judge.store(
                {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": status}, subresource="status"
            )
        except Unjudged as gone:
            if gone.code not in (404, 409):
                raise

    def comes_to(self, deployment: str, meant: Mapping[str, int]) -> None:
        """Waits until these are the Pods of the Deployment."""
        try:
            api.until(lambda: self.replicas(deployment) == meant, f"the roll-out of {deployment}")
        except TimeoutError:
            assert self.replicas(deployment) == meant

    def granted(self, project: str) -> Object:
        """The grants, when the Secret may pull this project."""
        return grants(self.namespace, {SECRET: f"{served.HOST}/{project}", "_open": SECRET})

    def deployment(self, image: str) -> Object:
        made = self.made("deployment", image, "moving")
        return {**made, "spec": {**made["spec"], "replicas": 2}}

    def service(self, name: str, image: str, **predictor: object) -> Object:
        containers = [{"name": "kserve-container", "image": image}]
        spec = {"predictor": {"containers": containers, "imagePullSecrets": [{"name": SECRET}], **predictor}}
        return served.service(name, served.Shape(spec, scaled="none"), self.namespace)

    def made(self, place: str, image: str, name: str = "") -> Object:
        """An object of the kind that the place is in, and by its name if no other is said."""
        found = {name: (version, kind, spec, where) for name, version, kind, spec, where in owners(image)}
        version, kind, spec, where = found[place]
        return complete(thing(version, kind, name or place, with_secret(spec, where, SECRET), self.namespace))


@pytest.fixture(scope="module")
def running(
    tool: Tools, module: Modules, programs: api.Programs, definitions: list[Object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Admission]:
    """An API server of their own: the controllers would take up what other tests have stored."""
    manager, controller = tool("kube-controller-manager"), tool("kserve-manager")
    folder = tmp_path_factory.mktemp("narrowed-grants")
    with (
        admission_beside(tool, programs, definitions, folder) as admission,
        kserve.serving(admission.server, controller, module("kserve"), folder, {}, KSERVE),
        controlling(manager, admission.server, folder),
    ):
        yield admission


@pytest.fixture(scope="module", params=[KUBERNETES, KYVERNO])
def narrowed(running: Admission, request: pytest.FixtureRequest) -> Iterator[Narrowed]:
    engine, judge = request.param, running.judge
    found = Narrowed(judge, running.server, f"narrowed-{engine}")
    judge.store(namespace(found.namespace, granted=True), found.granted("old"))
    policies = running.policies if engine == KYVERNO else running.native
    policies.apply(objects(dataclasses.replace(of_fleet(EVERYTHING), engine=engine), *of_engine(engine)))
    try:
        judge.store(*(found.made(place, OLD) for place in STANDING), found.service("standing", OLD), user=TEAM)
        judge.store(pod("standing", OLD, [SECRET], found.namespace), user=TEAM)
        judge.store(found.deployment(OLD), found.service("moving", OLD), user=TEAM)
        found.comes_to("moving", {OLD: 2})
        found.comes_to("moving-predictor", {OLD: 1})
        # One commit: the grant is narrowed, and what moves is moved.
        judge.store(found.granted("new"), user=TEAM)
        api.until(lambda: moves(judge, found.deployment(NEW), found.service("moving", NEW)), "the grant to be seen")
        yield found
    finally:
        policies.apply([])


def moves(judge: Judge, *moved: Object) -> bool:
    """Whether the policies let the team store all of it."""
    try:
        judge.store(*moved, user=TEAM)
    except Unjudged as refusal:
        denial(refusal.code, str(refusal))  # raises where it is not a policy that refused
        return False
    return True


@pytest.mark.parametrize(("name", "replicas"), [("moving", 2), ("moving-predictor", 1)], ids=["deployment", "kserve"])
def test_a_narrowing_commit_rolls(narrowed: Narrowed, name: str, replicas: int) -> None:
    """And so does the next one."""
    narrowed.comes_to(name, {OLD: 0, NEW: replicas})
    narrowed.judge.store(narrowed.deployment(NEWER) if name == "moving" else narrowed.service("moving", NEWER), user=TEAM)
    narrowed.comes_to(name, {OLD: 0, NEW: 0, NEWER: replicas})


@pytest.mark.parametrize("place", STANDING)
def test_what_stands_is_paced_and_released(narrowed: Narrowed, place: str) -> None:
    """Whatever scales or pauses it, its status and its finalizers: not refused, however it is asked."""
    made = narrowed.made(place, OLD)
    for changed in (*paced(made).values(), _noted(made), made):
        narrowed.judge.store(changed, user=TEAM)
    there = narrowed.judge.stored(made)
    assert OLD in str(there["spec"]) and "finalizers" not in there["metadata"]
    if place in ("deployment", "statefulset", "replicaset"):
        scaled = narrowed.server.kubectl("scale", place, place, "--replicas=0", f"--namespace={narrowed.namespace}")
        assert scaled.returncode == 0, scaled.stderr
    if place in ("deployment", "statefulset", "replicaset", "job"):
        narrowed.judge.store({**made, "spec": {**made["spec"], **STOPPED.get(place, {"replicas": 0})}}, user=TEAM)
        api.until(lambda: not _pods_of(narrowed, place), f"the Pods of the {place} to be gone")


def _noted(made: Object) -> Object:
    return {**made, "metadata": {**made["metadata"], "finalizers": ["example.com/wait"], "labels": {"team": "a"}}}


def _pods_of(narrowed: Narrowed, place: str) -> list[str]:
    names = [one["metadata"]["name"] for one in narrowed.listed("Pod")]
    return [name for name in names if name.startswith(f"{place}-")]


def test_a_service_that_stands_is_scaled(narrowed: Narrowed) -> None:
    """KServe scales the Deployment that it has made of the old image."""
    narrowed.judge.store(narrowed.service("standing", OLD, minReplicas=2, maxReplicas=3), user=TEAM)

    def scaled() -> bool:
        return any(one["spec"]["replicas"] == 2 for one in narrowed.listed("Deployment") if _is(one, "standing-predictor"))

    api.until(scaled, "KServe to scale what stands")


def _is(made: Object, name: str) -> bool:
    return bool(made["metadata"]["name"] == name)


def test_a_pod_that_stands_is_released(narrowed: Narrowed) -> None:
    made = pod("standing", OLD, [SECRET], narrowed.namespace)
    narrowed.judge.store(_noted(made), made, user=TEAM)
    narrowed.start("standing")
    assert narrowed.judge.stored(made)["status"]["phase"] == "Running"


@pytest.mark.parametrize("place", [place for place in STANDING if place != "job"])  # a Job's template never changes
def test_a_changed_template_is_refused(narrowed: Narrowed, place: str) -> None:
    said = narrowed.judge.verdict(Request(narrowed.made(place, OLD_AGAIN), "UPDATE", user=TEAM))
    assert (said.allowed, said.policies, said.broken) == (False, REFUSED, False)
    assert OLD_AGAIN in said.message


def test_a_changed_service_is_refused(narrowed: Narrowed) -> None:
    said = narrowed.judge.verdict(Request(narrowed.service("standing", OLD_AGAIN), "UPDATE", user=TEAM))
    assert (said.allowed, said.policies, said.broken) == (False, REFUSED, False)


def test_a_pod_of_the_old_image_is_refused(narrowed: Narrowed) -> None:
    """Nothing new is made of it, whoever asks."""
    said = narrowed.judge.verdict(Request(pod("new", OLD, [SECRET], narrowed.namespace), user=USER))
    assert (said.allowed, said.policies) == (False, REFUSED)


def test_everything_goes(narrowed: Narrowed) -> None:
    """With what was made of it."""
    names = [*(narrowed.made(place, OLD) for place in STANDING), narrowed.deployment(OLD)]
    services = [narrowed.service(name, OLD) for name in ("standing", "moving")]
    for one in (*names, *services, pod("standing", OLD, [SECRET], narrowed.namespace)):
        narrowed.judge.delete(one)

    def left() -> list[str]:
        kinds = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Pod")
        return [f"{kind} {one['metadata']}" for kind in kinds for one in narrowed.listed(kind)]

    try:
        api.until(lambda: not left(), "everything to be gone")
    except TimeoutError:
        assert left() == []
