"""What is said of an object, a pod and a pull: code, words, and where it can be mended."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.fleet.gitops import GitOps
from mooring.kserve.model import ClusterContext, Pod, Unknown
from mooring.manifests.objects import KubernetesObject
from mooring.problems.collecting import finish
from mooring.problems.problem import ObjectRef, Problem
from mooring.pulls import said
from mooring.pulls.verdict import Pull
from mooring.schema.catalog import Catalog
from mooring.yaml.document import Document, read_manifests

TEXT = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: one, namespace: team}
spec:
  predictor:
    imagePullSecrets: [{name: absent}]
    containers: [{name: kserve-container, image: "h.example.com/p/a:1"}]
"""
PREDICTOR = ("spec", "predictor")
IMAGE = (*PREDICTOR, "containers", 0, "image")
REFERENCE = (*PREDICTOR, "imagePullSecrets", 0, "name")
UNKNOWN = Unknown("runtime", "runtime `r` is not at hand")
FLEET = "robots:\n- name: vision\n  expires: 2020-01-01\n"


def service(text: str = TEXT) -> KubernetesObject:
    [document], problems = read_manifests(text, "a.yaml")
    assert problems == []
    info = Catalog().kind("serving.kserve.io/v1beta1", "InferenceService")
    assert info is not None
    return KubernetesObject(document, (), document.data, info, "team")


def place(problem: Problem) -> str:
    placed = problem.located()
    return f"{placed.code} {placed.file}:{placed.line}:{placed.column}"


def pull(verdict: str, image: str = "h.example.com/p/a:1", kind: str = "InferenceService", **more: Any) -> Pull:
    owner = ObjectRef("serving.kserve.io/v1beta1", kind, "team", "one")
    return Pull(image, IMAGE, "predictor", "spec", ("absent",), "absent", None, verdict, owner, **more)


@pytest.mark.parametrize(("route", "found"), [
    (PREDICTOR, "not-at-hand a.yaml:5:3"),
    (None, "not-at-hand a.yaml:4:1"),
])  # fmt: skip
def test_a_pod_that_nobody_knows_is_said_at_its_key(route: tuple[str, ...] | None, found: str) -> None:
    pod = Pod("predictor", route, (), (), unknown=UNKNOWN)
    [problem] = said.unknown_pod(service(), pod)
    assert (place(problem), problem.message) == (found, "cannot resolve the predictor's pod: runtime `r` is not at hand")


def test_nothing_is_said_of_a_pod_that_is_known() -> None:
    pod = Pod("predictor", PREDICTOR, (), ())
    assert list(said.unknown_pod(service(), pod)) == []
    assert not said.is_said_of_pod(pull("unknown"), pod), "no reason is no word for the same reason"


@pytest.mark.parametrize(("reason", "is_said"), [("runtime", True), ("secret", False), ("", False)])
def test_a_pull_whose_pod_is_unknown_for_that_reason_is_said_once(reason: str, is_said: bool) -> None:
    pod = Pod("predictor", PREDICTOR, (), (), unknown=UNKNOWN)
    assert said.is_said_of_pod(pull("unknown", reason=reason), pod) is is_said


@pytest.mark.parametrize(("image", "kind", "reason", "is_filled_in"), [
    ("h.example.com/p/a:{{.Name}}", "ServingRuntime", "variable", True),
    ("h.example.com/p/a:{{.Name}}", "ClusterServingRuntime", "variable", True),
    ("h.example.com/p/a:{{.Name}}", "LLMInferenceServiceConfig", "variable", True),
    # In a service nothing fills it in later, and nobody knows what anything else stands for.
    ("h.example.com/p/a:{{.Name}}", "InferenceService", "variable", False),
    ("h.example.com/p/a:${TAG}", "ServingRuntime", "variable", False),
    ("h.example.com/p/{{.Name}}:${TAG}", "ServingRuntime", "variable", False),
    ("h.example.com/p/a:{{.Name}}", "ServingRuntime", "secret", False),
])  # fmt: skip
def test_an_image_of_a_runtime_that_a_service_fills_in(image: str, kind: str, reason: str, is_filled_in: bool) -> None:
    assert said.is_filled_in(pull("unknown", image, kind, reason=reason)) is is_filled_in


@pytest.mark.parametrize(("verdict", "reason", "message"), [
    ("unknown", "variable",
     "image `h.example.com/p/a:1` has a variable that is filled in later: whether it can be pulled is unknown"),
    ("secret-not-in-namespace", "", "Secret `absent` does not stand in namespace `team`"),
])  # fmt: skip
def test_the_words_are_those_of_the_verdict_s_rule(verdict: str, reason: str, message: str) -> None:
    assert said.described(pull(verdict, reason=reason, detail="team"))[0].startswith(message)


@pytest.mark.parametrize(("verdict", "reference", "found"), [
    ("secret-not-referenced", REFERENCE, "secret-not-referenced a.yaml:7:50"),
    ("secret-not-in-namespace", REFERENCE, "secret-not-in-namespace a.yaml:6:31"),
    ("secret-not-in-namespace", None, "secret-not-in-namespace a.yaml:7:50"),
    ("unknown", None, "not-at-hand a.yaml:7:50"),
    # One day is to be mended, where the fleet has it.
    ("robot-expired", None, "robot-expired fleet.yaml:3:12"),
])  # fmt: skip
def test_a_broken_pull_stands_where_it_can_be_mended(
    verdict: str, reference: tuple[str | int, ...] | None, found: str
) -> None:
    fleet: Document = read_manifests(FLEET, "fleet.yaml")[0][0]
    expires = (fleet, ("robots", 0, "expires"))
    problem = said.broken(service(), pull(verdict, reference=reference), "it fails", "mend it", expires)
    assert (place(problem), problem.message, problem.hint) == (found, "it fails", "mend it")


def test_a_robot_that_expired_without_a_day_in_a_file_is_said_at_the_image() -> None:
    problem = said.broken(service(), pull("robot-expired"), "it fails", "mend it")
    assert (place(problem), problem.object) == ("robot-expired a.yaml:7:50", service().ref)


@pytest.mark.parametrize(("text", "rendered", "found"), [
    ("1a", "1a", ["invalid-service a.yaml:3:18"]),
    ("one", "one", []),
    # What is rendered is judged, and said where the service is written.
    ("one", "1a", ["invalid-service a.yaml:3:18"]),
    ("1a", "one", []),
])  # fmt: skip
def test_what_kserve_refuses_of_the_object_as_rendered(text: str, rendered: str, found: list[str]) -> None:
    written = service(TEXT.replace("name: one", f"name: {text}"))
    data: dict[str, Any] = {**written.data, "metadata": {"name": rendered, "namespace": "team"}}
    assert [place(problem) for problem in said.refused(written, data)] == found


ALIAS = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: one
  annotations: {serving.kserve.io/deploymentMode: RawDeployment}
spec:
  predictor:
    sklearn: {storageUri: "s3://a/b"}
"""


@pytest.mark.parametrize(("text", "gitops", "found"), [
    (ALIAS, GitOps(), ["warning deprecated-mode a.yaml:5:51"]),
    # At its key: only a tool that keeps it in sync sees what is stored.
    (ALIAS, GitOps(tool="flux"), ["warning deprecated-mode a.yaml:5:51", "warning framework-alias a.yaml:8:5"]),
    # The webhook fills in the resources of a container.
    (TEXT, GitOps(), []),
    (TEXT, GitOps(tool="flux"), ["note drifts a.yaml:7:18"]),
    (TEXT, GitOps(tool="flux", apply="client"), ["note drifts a.yaml:7:18"]),  # a setting of Argo CD's
    (TEXT, GitOps(tool="argo-cd"), ["note drifts a.yaml:7:18"]),
    (TEXT, GitOps(tool="argo-cd", apply="client"), ["warning drifts a.yaml:7:18"]),
])  # fmt: skip
def test_what_kserve_takes_for_something_else(text: str, gitops: GitOps, found: list[str]) -> None:
    obj = service(text)
    problems = [*said.rewritten(obj, obj.data, ClusterContext(release="0.20"), gitops)]
    assert [f"{finish(problem, None).severity} {place(problem)}" for problem in problems] == found
    assert all(problem.hint and problem.object == obj.ref for problem in problems)
