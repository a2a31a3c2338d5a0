"""The flow of a pull that would fail, as SARIF shows it: each step in its own file, at the line that says it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.kserve.model import Pod
from mooring.manifests.objects import KubernetesObject
from mooring.pulls.trace import PlacedObject, PlacedObjects, PullTrace, index
from mooring.pulls.verdict import Pull
from mooring.schema.catalog import Catalog
from mooring.yaml.document import read_manifests
from tests.support.example import copy

Captured = pytest.CaptureFixture[str]
Step = tuple[str, str, str]
"""File, the text of the line from the column on, what is said."""
SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: detector, namespace: vision}
spec:
  predictor:
    serviceAccountName: puller
    imagePullSecrets: LIST
    containers:
    - name: kserve-container
      image: IMAGE
"""
IMAGE = "harbor.example.com/vision/detector:1.0"
SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: NAME
  namespace: vision
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"HOST": {"username": "a", "password": "hunter2", "auth": "YTpodW50ZXIy"}}}'
"""
EXTERNAL = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: from-the-store
  namespace: vision
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target:
    name: harbor
    template:
      type: kubernetes.io/dockerconfigjson
      data:
        .dockerconfigjson: '{"auths": {"harbor.example.com:8443": {"auth": "{{ .auth }}"}}}'
  dataFrom: [{extract: {key: a}}]
"""
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: puller
  namespace: vision
imagePullSecrets:
- name: harbor
"""
GRANTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: mooring-pull-grants, namespace: vision}
data:
  harbor: harbor.example.com/speech
"""
RUNTIME = """\
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: plain, namespace: vision}
spec:
  imagePullSecrets:
  - name: hub
  supportedModelFormats: [{name: sklearn, version: "1"}]
  containers:
  - name: kserve-container
    image: harbor.example.com/vision/detector:1.0
"""
BY_RUNTIME = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: detector, namespace: vision}
spec:
  predictor:
    serviceAccountName: puller
    model:
      modelFormat: {name: sklearn}
      runtime: plain
"""
WORKERS = """\
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: plain, namespace: vision}
spec:
  supportedModelFormats: [{name: sklearn, version: "1"}]
  containers: [{name: kserve-container, image: nginx}]
  workerSpec:
    imagePullSecrets:
    - name: hub
    containers:
    - name: worker-container
      image: harbor.example.com/vision/detector:1.0
"""


def service(listed: str = "[]", image: str = IMAGE) -> str:
    return SERVICE.replace("LIST", listed).replace("IMAGE", image)


def fetched(listed: str, uri: str) -> str:
    """A service whose model is fetched; its own container is of a registry that needs no Secret."""
    return service(listed, uri).replace(
        "image: ", "image: docker.io/org/serving:1\n      env:\n      - name: STORAGE_URI\n        value: "
    )


def secret(name: str = "harbor", host: str = "harbor.example.com", namespace: str = "vision") -> str:
    return SECRET.replace("NAME", name).replace("HOST", host).replace("namespace: vision", f"namespace: {namespace}")


pytestmark = pytest.mark.usefixtures("here")


def flows(capsys: Captured, *arguments: str) -> list[tuple[str, list[Step]]]:
    """The problems of a check that have a flow: the code, and the flow's steps."""
    cli.main(["check", *arguments, "--format", "sarif"])
    out = capsys.readouterr().out
    assert "hunter2" not in out and "YTpodW50ZXIy" not in out
    found = []
    for result in json.loads(out)["runs"][0]["results"]:
        for flow in result.get("codeFlows", ()):
            (thread,) = flow["threadFlows"]
            found.append((result["ruleId"], [_step(entry["location"]) for entry in thread["locations"]]))
    return found


def flow(capsys: Captured, code: str, *arguments: str) -> list[Step]:
    """The flow of the first problem of that code."""
    return next(steps for found, steps in flows(capsys, *arguments) if found == code)


def _step(location: Any) -> Step:
    place = location["physicalLocation"]
    file, region = place["artifactLocation"]["uri"], place.get("region")
    line = Path(file).read_text().split("\n")[region["startLine"] - 1][region["startColumn"] - 1 :] if region else ""
    return file, line, location["message"]["text"]


def test_two_files(here: Path, capsys: Captured) -> None:
    (here / "service.yaml").write_text(service("[{name: harbor}]"))
    other = secret(host="harbor.example.com:8443")
    (here / "secret.yaml").write_text(other)
    assert flow(capsys, "auth-host-mismatch", "service.yaml", "secret.yaml") == [
        ("service.yaml", IMAGE, f"image `{IMAGE}` of the predictor's pod"),
        ("service.yaml", "{name: harbor}]", "the pod names Secret `harbor`"),
        ("secret.yaml", "harbor", "Secret `harbor`"),
        (
            "secret.yaml", other.splitlines()[-1].partition(": ")[2],
            "its `auths` are for `harbor.example.com:8443`, not for `harbor.example.com`",
        ),
    ]  # fmt: skip


NAMED = "[{name: harbor}]"
ON_THE_WAY: dict[str, tuple[dict[str, str], str, list[tuple[str, str]]]] = {
    "made-by-an-external-secret": (
        {"s": service(NAMED), "x": EXTERNAL}, "auth-host-mismatch",
        [("s", IMAGE), ("s", "{name: harbor}]"), ("x", "from-the-store"), ("x", "'{\"auths\"")],
    ),
    "account": (
        {"s": service(), "a": ACCOUNT, "x": EXTERNAL}, "auth-host-mismatch",
        [("s", IMAGE), ("a", "name: harbor"), ("x", "from-the-store"), ("x", "'{\"auths\"")],
    ),
    "grant": (
        {"s": service(NAMED), "x": secret(), "g": GRANTS}, "robot-lacks-project",
        [("s", IMAGE), ("s", "{name: harbor}]"), ("x", "harbor"), ("x", "'{\"auths\""), ("g", "harbor.example.com/speech")],
    ),
    "shadowed-by-the-runtime": (
        {"s": BY_RUNTIME, "r": RUNTIME, "a": ACCOUNT, "h": secret("hub", "quay.io"), "x": secret()}, "secret-shadowed",
        [("s", "plain"), ("r", IMAGE), ("r", "name: hub"), ("a", "name: harbor"), ("x", "harbor"), ("x", "'{\"auths\"")],
    ),
    "shadowed-by-the-runtime-s-workers": (
        {"s": BY_RUNTIME + "    workerSpec: {pipelineParallelSize: 2, serviceAccountName: puller}\n", "r": WORKERS,
         "a": ACCOUNT, "h": secret("hub", "quay.io"), "x": secret()}, "secret-shadowed",
        [("s", "plain"), ("r", IMAGE), ("r", "name: hub"), ("a", "name: harbor"), ("x", "harbor"), ("x", "'{\"auths\"")],
    ),
    "another-registry-s": (
        {"s": service("[{name: hub}]"), "h": secret("hub", "quay.io"), "x": secret()}, "secret-not-referenced",
        [("s", IMAGE), ("s", "{name: hub}]"), ("h", "hub"), ("h", "'{\"auths\"")],
    ),
    "no-list": (
        {"s": service(), "a": ACCOUNT[: ACCOUNT.index("imagePull")], "x": secret()}, "secret-not-referenced",
        [("s", IMAGE), ("s", "serviceAccountName: puller"), ("a", "puller")],
    ),
    "elsewhere": (
        {"s": service(NAMED), "h": secret("hub"), **{n: secret(namespace=n) for n in ("a", "b", "c", "d")}},
        "secret-not-in-namespace",
        [("s", IMAGE), ("s", "{name: harbor}]"), ("a", "a"), ("b", "b"), ("c", "c")],
    ),
    "not-first": (
        {"s": fetched("[{name: hub}, {name: harbor}]", f"oci+fetch://{IMAGE}"), "h": secret("hub", "quay.io"),
         "x": secret()}, "secret-not-first",
        [("s", f"oci+fetch://{IMAGE}"), ("s", "{name: hub}, {"),
         ("s", "{name: harbor}]"), ("x", "harbor"), ("x", "'{\"auths\"")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_THE_WAY)
def test_what_is_on_the_way(name: str, here: Path, capsys: Captured) -> None:
    files, code, expected = ON_THE_WAY[name]
    for file, text in files.items():
        (here / f"{file}.yaml").write_text(text)
    ((found, steps),) = flows(capsys, ".", "--registry", "harbor.example.com")
    places = [(file, line) for file, line, _ in steps]
    assert found == code
    assert len(places) == len(expected)
    for (file, line), (wanted, start) in zip(places, expected, strict=True):
        assert file == f"{wanted}.yaml" and line.startswith(start)


def test_a_sealed_secret_shows_no_entry(here: Path, capsys: Captured) -> None:
    """What is encrypted is not said to be for a host; and what generates a Secret is a file without a line."""
    sealed = secret().replace('{"auths"', 'ENC[AES256_GCM,data:{"auths"') + "sops: {version: 3.9.0}\n"
    files = {"s": service(NAMED), "x": sealed, "g": GRANTS}
    for file, text in files.items():
        (here / f"{file}.yaml").write_text(text)
    found = flow(capsys, "robot-lacks-project", ".", "--registry", "harbor.example.com")
    assert [file for file, _, _ in found] == ["s.yaml", "s.yaml", "x.yaml", "g.yaml"]


def test_the_fleet_s_robots_end_the_flow(here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    end = ("fleet.yaml", "2027-02-01, secret: {", "robot `infra-demo` is invalid since 2027-02-01")
    # In the copied Deployment another name stands where Kustomize puts this one.
    folder, image = (
        "overlays/prod/vision",
        "image `harbor.prod.example.com/onecloud-sol/legacy-preview:0.9` of the template's pod",
    )
    named = f"{folder}/access/secret-harbor-credential.yaml"
    for path in (folder, "overlays/prod"):
        found = flow(capsys, "robot-expired", path, "--as-of", "2027-02-01")
        assert [(file, said) for file, _, said in found] == [
            (f"{folder}/services/legacy/deployment.yaml", image),
            (named, "ExternalSecret `harbor-credential`"),
            (named, "its `auths` have an entry for `harbor.prod.example.com`"),
            (f"{folder}/access/pull-grants.yaml", "what the robot of Secret `harbor-credential` may pull"),
            (end[0], end[2]),
        ]
        assert found[-1][1].startswith(end[1])
    found = flow(capsys, "robot-expired", "--as-of", "2027-02-01")
    assert [(file, said) for file, _, said in found] == [("services/legacy/deployment.yaml", image), (end[0], end[2])]
    assert found[-1][1].startswith(end[1])


def test_a_secret_that_is_called_like_a_robot_is_not_its(here: Path, capsys: Captured) -> None:
    copy(here, rendered=False)
    texts = (service("[{name: mirror}]"), secret("mirror"), GRANTS.replace("  harbor:", "  mirror:"))
    (here / "all.yaml").write_text("---\n".join(texts).replace("namespace: vision", "namespace: elsewhere"))
    found = flow(capsys, "robot-lacks-project", "all.yaml", "--registry", "harbor.example.com")
    assert {file for file, _, _ in found} == {"all.yaml"} and found[-1][1] == "harbor.example.com/speech"


def test_a_runtime_of_the_fleet_is_on_the_way(here: Path, capsys: Captured) -> None:
    copy(here, rendered=True)
    fleet = (here / "fleet.yaml").read_text()
    (here / "fleet.yaml").write_text(fleet.replace("expires: 2027-06-01", "expires: 2026-06-01"))
    iris = "overlays/prod/vision/services/iris.inferenceservice.yaml"
    found = flow(capsys, "robot-expired", iris, "--as-of", "2026-12-01")
    assert [(file, said.partition(" ")[0]) for file, _, said in found] == [
        (iris, "image"), ("fleet.yaml", "ServingRuntime"), (iris, "the"), ("fleet.yaml", "robot")
    ]  # fmt: skip
    (here / "fleet.yaml").write_text(fleet.replace("image: harbor.ext.hp.com/mirror", "image: harbor.ext.hp.com:444/mirror"))
    found = next(steps for _, steps in flows(capsys, "--as-of", "2026-12-01") if steps[0][1] == "sklearn-mirrored")
    image = "harbor.ext.hp.com:444/mirror/kserve/sklearnserver:v0.20.0"
    assert found[1] == ("fleet.yaml", image, "ServingRuntime `sklearn-mirrored` brings it")


def test_what_is_not_at_hand_has_no_flow(here: Path, capsys: Captured) -> None:
    (here / "service.yaml").write_text(service(NAMED))
    assert flows(capsys, "service.yaml", "--registry", "harbor.example.com") == []


@pytest.mark.parametrize(
    ("old", "new", "code", "ends"),
    [
        ("  project: onecloud-sol", "  projects: [other]", "robot-lacks-project", "[other]"),
        ("  project: onecloud-sol", "  project: other", "robot-lacks-project", "other"),
        ("  robots: [infra-demo]", "  robots: [mirror]", "robot-lacks-project", "mirror"),
        ('[vision, "team-*"]', '["team-*"]', "no-robot", '["team-*"]'),
        ("  robots: [infra-demo]", "  robots: [closed]", "secret-not-in-namespace", "[elsewhere]"),
        (
            "- name: mirror\n",
            "- {name: twin, registry: harbor, project: mirror}\n- name: mirror\n",
            "ambiguous-robot",
            "mirror",
        ),
    ],
)
def test_what_the_planner_says_leads_to_its_robots(
    old: str, new: str, code: str, ends: str, here: Path, capsys: Captured
) -> None:
    copy(here, rendered=False)
    text = (here / "fleet.yaml").read_text()
    assert old in text
    closed = "robots:\n- {name: closed, registry: harbor, project: onecloud-sol, namespaces: [elsewhere]}\n"
    (here / "fleet.yaml").write_text(text.replace(old, new, 1).replace("robots:\n", closed, 1))
    found = flow(capsys, code)
    assert len(found) >= 2 and all(line for _, line, _ in found)
    assert re.match(re.escape(ends), found[-1][1])


def test_nothing_is_looked_up_where_nothing_is_wrong(here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(here, rendered=True)
    for name in ("plan.pulls.PullTrace", "plan.environment.ResolvedEnvironment.placed_runtimes", "check.pod.PullTrace"):
        monkeypatch.setattr(f"mooring.{name}", None)
    assert cli.main(["check", "--as-of", "2026-12-01"]) == cli.main(["check", "overlays", "--as-of", "2026-12-01"]) == 0


@pytest.mark.parametrize(("verdict", "steps"), [
    ("secret-not-referenced", ["Secret `a`", "its `auths` have no entry for `h.example.com`"]),
    ("robot-expired", ["Secret `a`", "its `auths` have an entry for `h.example.com`"]),
    # What is wrong with the Secret itself is shown at its name.
    ("secret-wrong-type", ["Secret `a`"]), ("malformed-dockerconfig", ["Secret `a`"]), ("login-mismatch", ["Secret `a`"]),
])  # fmt: skip
def test_the_entry_of_a_secret_is_a_step_where_it_is_looked_at(verdict: str, steps: list[str]) -> None:
    text = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: team}\ntype: kubernetes.io/dockerconfigjson\n"
        'stringData: {.dockerconfigjson: \'{"auths": {"h.example.com": {"auth": "dTpw"}}}\'}\n'
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: team}\nspec: {}\n"
    )
    (secret, one), _ = read_manifests(text, "a.yaml")
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    obj = KubernetesObject(one, (), one.data, info, "team")
    pull = Pull("h.example.com/p/a:1", ("spec",), "pod", "spec", ("a",), "a", None, verdict, obj.ref)
    placed = PlacedObjects(index([PlacedObject(secret.data, secret, ())]))
    trace = PullTrace(obj, Pod("pod", ("spec",), (), ("a",)), pull, placed, lambda _: ())
    assert [step.message for step in trace._secrets()] == steps


def test_an_image_that_stands_in_a_file_alone_is_no_trace() -> None:
    """The Secret's name came from an account that is not given: the image leads to nothing in a file."""
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: team}\nspec: {}\n"
    (one,), _ = read_manifests(text, "a.yaml")
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    obj = KubernetesObject(one, (), one.data, info, "team")
    pull = Pull("h.example.com/p/a:1", ("spec",), "pod", "spec", ("a",), "a", None, "secret-not-in-namespace", obj.ref)
    trace = PullTrace(obj, Pod("pod", ("spec",), (), ("a",)), pull, PlacedObjects(index([])), lambda _: ())
    assert len([*trace._image()]) == 1
    assert trace.steps() == ()
