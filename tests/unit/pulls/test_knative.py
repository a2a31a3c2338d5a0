"""What Knative resolves, and with which credential: the mode, the images, the first Secret."""

from __future__ import annotations

import base64
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring import cli
from mooring.kserve.deployment import Mode
from mooring.kserve.model import Pod
from mooring.manifests.objects import KubernetesObject
from mooring.problems.problem import ObjectRef
from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.pulls.knative import Resolution
from mooring.pulls.verdict import Pull
from mooring.registry.reference import pulled
from mooring.registry.registries import Registries
from mooring.schema.catalog import Catalog
from mooring.yaml.document import read_manifests
from tests.support.example import SMALL

MODE = "serving.kserve.io/deploymentMode"
A, B = "harbor.example.com/project-a/det:1", "harbor.example.com/project-b/log:1"
GRANTS = {"robot-a": "harbor.example.com/project-a", "robot-b": "harbor.example.com/project-b"}


@pytest.fixture(autouse=True)
def no_fleet_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def secret(name: str, *keys: str) -> dict[str, Any]:
    auth = base64.b64encode(b"u:p").decode()
    config = {"auths": {key: {"auth": auth} for key in keys or ("harbor.example.com",)}}
    data = {".dockerconfigjson": base64.b64encode(json.dumps(config).encode()).decode()}
    return {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "vision"},
        "type": "kubernetes.io/dockerconfigjson", "data": data,
    }  # fmt: skip


def config_map(name: str, namespace: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def grants(**data: str) -> dict[str, Any]:
    return config_map("mooring-pull-grants", "vision", **data)


def service(*images: str, mode: str | None = "Knative", names: tuple[str, ...] = ("robot-a", "robot-b"), **more: Any) -> Any:
    containers = [{"name": "kserve-container" if not n else f"c{n}", "image": image} for n, image in enumerate(images)]
    metadata: dict[str, Any] = {"name": "det", "namespace": "vision"}
    if mode is not None:
        metadata["annotations"] = {MODE: mode}
    predictor = {"containers": containers, "imagePullSecrets": [{"name": name} for name in names], **more}
    spec = {"predictor": {key: value for key, value in predictor.items() if value}}
    return {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}


def said(folder: Path, capsys: pytest.CaptureFixture[str], *objects: Any) -> tuple[list[str], list[str]]:
    """What is said of Knative (code, and the image's route), and each pull's verdict."""
    (folder / "m.yaml").write_text(yaml.safe_dump_all(objects))
    cli.main(["check", str(folder / "m.yaml"), "--registry", "harbor.example.com", "--format", "json", "--pulls"])
    result = json.loads(capsys.readouterr().out)
    found = [
        f"{one['code']} {one['route'].rpartition('spec.')[2]}" for one in result["problems"]
        if one["code"].startswith("tag-resolution")
    ]  # fmt: skip
    return sorted(found), [pull["verdict"] for pull in result["pulls"]]


SECRETS = (secret("robot-a"), secret("robot-b"))
FIRST, SECOND = "predictor.containers[0].image", "predictor.containers[1].image"
DIGEST = "@sha256:" + "a" * 64


@pytest.mark.parametrize(("objects", "found", "verdicts"), [
    # The first matching credential is the only one.
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B)),
                 [f"tag-resolution {FIRST}", f"tag-resolution-denied {SECOND}"], ["ok", "tag-resolution-denied"], id="two"),
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B, names=("robot-b", "robot-a"))),
                 [f"tag-resolution {SECOND}", f"tag-resolution-denied {FIRST}"], ["tag-resolution-denied", "ok"],
                 id="turned"),
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B, mode="Serverless")),
                 [f"tag-resolution {FIRST}", f"tag-resolution-denied {SECOND}"], ["ok", "tag-resolution-denied"], id="old"),
    # The kubelet tries them all.
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B, mode="Standard")), [], ["ok", "ok"], id="standard"),
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B, mode="RawDeployment")), [], ["ok", "ok"], id="raw"),
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B, mode="knative")), [], ["ok", "ok"], id="no mode"),
    # What mends it.
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B.replace(":1", DIGEST))),
                 [f"tag-resolution {FIRST}"], ["ok", "ok"], id="digest"),
    pytest.param((*SECRETS, grants(**GRANTS), service(A, B),
                  config_map("config-deployment", "knative-serving", **{
                      "registries-skipping-tag-resolving": "kind.local, harbor.example.com"})),
                 [], ["ok", "ok"], id="skipped"),
    pytest.param((*SECRETS, grants(**{"robot-a": ",".join(GRANTS.values())}), service(A, B)),
                 [f"tag-resolution {FIRST}", f"tag-resolution {SECOND}"], ["ok", "ok"], id="one robot for both"),
    pytest.param((*SECRETS, grants(**GRANTS), service(A), ), [f"tag-resolution {FIRST}"], ["ok"], id="one project"),
    # A longer key is taken before a shorter one, whatever the order of the Secrets.
    pytest.param((secret("robot-a"), secret("robot-b", "harbor.example.com/project-b"), grants(**GRANTS), service(A, B)),
                 [f"tag-resolution {FIRST}", f"tag-resolution {SECOND}"], ["ok", "ok"], id="longer key"),
    pytest.param((secret("robot-a", "harbor.example.com/project"), secret("robot-b"), grants(**GRANTS), service(A, B)),
                 [f"tag-resolution {FIRST}", f"tag-resolution-denied {SECOND}"], ["ok", "tag-resolution-denied"],
                 id="a prefix of both"),
    pytest.param((secret("robot-a", "other.example.com"), secret("robot-b"), grants(**GRANTS), service(B)),
                 [f"tag-resolution {FIRST}"], ["ok"], id="another host first"),
    # Of a Secret without grants nothing is known.
    pytest.param((*SECRETS, service(A, B)), [f"tag-resolution {FIRST}", f"tag-resolution {SECOND}"], ["ok", "ok"],
                 id="no grants"),
    pytest.param((*SECRETS, grants(**{"robot-b": GRANTS["robot-b"]}), service(A, B)),
                 [f"tag-resolution {FIRST}", f"tag-resolution {SECOND}"], ["ok", "ok"], id="half of the grants"),
    # A Secret that is not at hand may be the first.
    pytest.param((*SECRETS, grants(**GRANTS), service(B, names=("elsewhere", "robot-a", "robot-b"))),
                 [f"tag-resolution {FIRST}"], ["ok"], id="a Secret not at hand"),
    # The account's Secrets come behind the pod's, and are not left out.
    pytest.param((*SECRETS, grants(**GRANTS), service(A, names=("robot-a",)),
                  {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "vision"},
                   "imagePullSecrets": [{"name": "robot-b"}]}), [f"tag-resolution {FIRST}"], ["ok"], id="account behind"),
])  # fmt: skip
def test_the_first_credential(
    objects: tuple[Any, ...], found: list[str], verdicts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(tmp_path, capsys, *objects) == (found, verdicts)


RUNTIME = {
    "apiVersion": "serving.kserve.io/v1alpha1", "kind": "ServingRuntime", "metadata": {"name": "rt", "namespace": "vision"},
    "spec": {"supportedModelFormats": [{"name": "sklearn"}], "containers": [{"name": "kserve-container", "image": A}]},
}  # fmt: skip


def modelled(uri: str) -> dict[str, Any]:
    return {"model": {"modelFormat": {"name": "sklearn"}, "runtime": "rt", "storageUri": uri}}


@pytest.mark.parametrize(("objects", "found"), [
    # The runtime's container is the merged one; the modelcar is added to the pod.
    pytest.param((RUNTIME, service(names=("robot-a",), **modelled("oci://harbor.example.com/project-a/m:1"))),
                 ["tag-resolution predictor.model.runtime"], id="runtime beside a modelcar"),
    pytest.param((service(B.replace(":1", DIGEST), names=("robot-a",), initContainers=[{"name": "i", "image": A}]),),
                 ["tag-resolution predictor.initContainers[0].image"], id="init container"),
    pytest.param((service(B.replace(":1", DIGEST), names=("robot-a",), volumes=[{"name": "v", "image": {"reference": A}}]),),
                 [], id="volume"),
    pytest.param((service("docker.io/library/nginx:1", names=("robot-a",)),), [], id="another registry"),
    pytest.param(({"apiVersion": "serving.knative.dev/v1", "kind": "Service",
                   "metadata": {"name": "s", "namespace": "vision"},
                   "spec": {"template": {"spec": {
                       "imagePullSecrets": [{"name": "robot-a"}], "containers": [{"image": A}]}}}},),
                 ["tag-resolution containers[0].image"], id="a Knative Service"),
    # Not what Knative deploys, whatever an annotation says.
    pytest.param(({**RUNTIME, "metadata": {**RUNTIME["metadata"], "annotations": {MODE: "Knative"}}},), [], id="a runtime"),
])  # fmt: skip
def test_the_images_that_are_resolved(
    objects: tuple[Any, ...], found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(tmp_path, capsys, *SECRETS, *objects)[0] == found


@pytest.mark.parametrize(("deploy", "namespace", "is_knative"), [
    ('{"defaultDeploymentMode": "Serverless"}', "kserve", True),
    ('{"defaultDeploymentMode": "Knative", "x": 1}', "kserve", True),
    ('{"defaultDeploymentMode": "RawDeployment"}', "kserve", False),
    ('{"defaultDeploymentMode": "Standard"}', "kserve", False),
    ('{"defaultDeploymentMode": "ModelMesh"}', "kserve", False),
    ('{"defaultDeploymentMode": "serverless"}', "kserve", False),
    ('{"defaultDeploymentMode": ["Knative"]}', "kserve", False),
    ('{"defaultDeploymentMode": "Serverless"', "kserve", False),
    ('["Serverless"]', "kserve", False),
    ("", "kserve", False),
    ('{"defaultDeploymentMode": "Serverless"}', "vision", False),
])  # fmt: skip
def test_the_mode_of_the_settings(
    deploy: str, namespace: str, is_knative: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = config_map("inferenceservice-config", namespace, deploy=deploy)
    found = [f"tag-resolution {FIRST}"] if is_knative else []
    assert said(tmp_path, capsys, *SECRETS, settings, service(A, mode=None, names=("robot-a",)))[0] == found
    # The object's own annotation comes first.
    assert said(tmp_path, capsys, *SECRETS, settings, service(A, mode="Standard", names=("robot-a",)))[0] == []


TWO = SMALL.replace("namespaces:\n", "- {name: log, project: log, expires: 2099-01-01}\nnamespaces:\n") + (
    '      - {name: log, image: "harbor.example.com/log/log:1"}\n'
)


def annotated(fleet: str, mode: str) -> str:
    return fleet.replace("  namespace: vision\n", f"  namespace: vision\n  annotations: {{{MODE}: {mode}}}\n")


@pytest.mark.parametrize(("fleet", "codes", "code"), [
    (SMALL, [], 0),
    (annotated(SMALL, "Knative"), ["tag-resolution 20"], 0),
    (annotated(SMALL, "Standard"), [], 0),
    (annotated(TWO, "Knative"), ["tag-resolution 21", "tag-resolution-denied 22"], 1),
    (annotated(TWO, "Standard"), [], 0),
    # One robot for both projects.
    (annotated(TWO, "Knative").replace("{name: vision, project: vision", "{name: vision, projects: [vision, log]").replace(
        "- {name: log, project: log, expires: 2099-01-01}\n", ""), ["tag-resolution 20", "tag-resolution 21"], 0),
    # What the fleet says of its cluster, else what its release is installed with: that breaks nothing.
    (SMALL + "platform: {deploymentMode: Knative}\n", ["tag-resolution 19"], 0),
    (TWO + "platform: {deploymentMode: Knative}\n", ["tag-resolution 20", "tag-resolution-denied 21"], 1),
    (SMALL + 'versions: {kserve: "0.20"}\n', ["tag-resolution 19"], 0),
    (TWO + 'versions: {kserve: "0.20"}\n', ["tag-resolution 20", "tag-resolution 21"], 0),
    (SMALL + 'versions: {kserve: "0.20"}\nplatform: {deploymentMode: Standard}\n', [], 0),
    (SMALL + 'versions: {kubernetes: "1.36"}\n', [], 0),
    # 0.15 knows the older names only.
    (annotated(SMALL, "Standard") + 'versions: {kserve: "0.15"}\n', ["tag-resolution 20"], 0),
    (annotated(SMALL, "RawDeployment") + 'versions: {kserve: "0.15"}\n', [], 0),
    (annotated(SMALL, "Serverless") + 'versions: {kserve: "0.15"}\n', ["tag-resolution 20"], 0),
])  # fmt: skip
def test_a_fleet_s_own_render_and_check(
    fleet: str,
    codes: list[str],
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "fleet.yaml").write_text(fleet)
    for command in (["render"], ["check"]):
        assert cli.main([*command, "--format", "json"]) == code
        problems = json.loads(capsys.readouterr().out)["problems"]
        assert [f"{one['code']} {one['line']}" for one in problems if "tag" in one["code"]] == codes, problems


@pytest.mark.parametrize(
    ("mode", "by_default", "hinted"), [(Mode("Knative"), False, False), (Mode("Knative", True), True, True)]
)
def test_who_says_that_knative_deploys_it(mode: Mode, by_default: bool, hinted: bool) -> None:
    """Where only KServe's release says so, the message says that, and how the fleet can say otherwise."""
    pod = Pod("predictor", ("spec",), (), ())
    state = ClusterState(Registries(()), {})
    pull = Pull(
        "h.example.com/p/a:1", ("spec", "image"), "predictor", "spec", (), None, None, "ok", ObjectRef("v1", "Pod", "n", "p")
    )
    document = read_manifests("metadata: {name: a}\nspec: {image: a}\n", "a.yaml")[0][0]
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    obj = KubernetesObject(document, (), document.data, info, "n")
    [problem] = Resolution(mode, pod, "n", state).warnings(obj, pull)
    assert ("the default of KServe's releases" in problem.message) is by_default
    assert ("platform.deploymentMode: Standard" in problem.hint) is hinted
    assert [*Resolution(Mode("Standard"), pod, "n", state).warnings(obj, pull)] == []


@pytest.mark.parametrize(("today", "verdict"), [
    (datetime.date(2027, 2, 28), "ok"), (datetime.date(2027, 3, 1), "tag-resolution-denied"),
    (datetime.date(2027, 3, 2), "tag-resolution-denied"), (None, "ok"),
])  # fmt: skip
def test_the_first_robot_resolves_no_tag_from_the_day_on_which_it_expires(today: datetime.date | None, verdict: str) -> None:
    """The kubelet pulls with the second."""
    robot = RobotFacts("r", frozenset({"h.example.com/p"}), "p", datetime.date(2027, 3, 1))
    secrets = {("n", "a"): SecretFacts(("h.example.com",), robot), ("n", "b"): SecretFacts(("h.example.com",), None)}
    pod = Pod("predictor", ("spec",), (), ("a", "b"))
    pull = Pull(
        "h.example.com/p/a:1", ("spec", "image"), "predictor", "spec", ("a", "b"), "b", None, "ok",
        ObjectRef("v1", "Pod", "n", "p"),
    )  # fmt: skip
    state = ClusterState(Registries(()), secrets, as_of=today)
    assert Resolution(Mode("Knative"), pod, "n", state).settled(pull).verdict == verdict


def test_a_secret_that_cannot_be_seen_may_be_the_first() -> None:
    """Unless its robot is known: then its grants say which registries it is for."""
    robot = RobotFacts("r", frozenset({"h.example.com/p"}), "p", None)
    reference = pulled("h.example.com/p/a:1")
    assert reference is not None
    for hidden, tried in (
        (SecretFacts((), None, is_unseen=True), []),
        (SecretFacts(("h.example.com",), robot, is_unseen=True), ["a", "b"]),
        (SecretFacts((), None), ["b"]),
    ):
        secrets = {("n", "a"): hidden, ("n", "b"): SecretFacts(("h.example.com",), None)}
        pod = Pod("predictor", ("spec",), (), ("a", "b"))
        assert Resolution(Mode("Knative"), pod, "n", ClusterState(Registries(()), secrets))._tried(reference) == tried
