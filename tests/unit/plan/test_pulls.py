"""Each pull of what was planned, and the problem of one that would fail: its verdict, and the line that mends it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.plan.pulls import follow_pulls
from mooring.problems.problem import Problem
from mooring.pulls.verdict import Pull
from mooring.tree.run import resolve_all
from tests.support.fleet_files import environments, loaded, said

HEAD = """\
registries: [{name: harbor, host: harbor.example.com, publicProjects: [open]}]
secrets: {backend: external}
robots:
- {name: vision, project: vision, expires: 2027-01-01}
namespaces:
- {name: vision}
"""
MODEL = "spec: {predictor: {model: {modelFormat: {name: f}, storageUri: 'pvc://c'}}}"
POLICY = "policies: {rules: {allowed-registries: {enabled: true, action: Deny}}, otherRegistries: [docker.io]MORE}\n"
EXEMPT = ", exempt: [{namespace: vision, policies: [allowed-registries], reason: r, until: 2099-01-01}]"


def service(image: str, more: str = "") -> str:
    return f"- {{name: a, namespace: vision, {more}spec: {{predictor: {{containers: [{{name: c, image: '{image}'}}]}}}}}}\n"


def followed(folder: Path, text: str, day: str = "2026-06-01", cluster: bool = False) -> tuple[list[Pull], list[Problem]]:
    """The pulls of namespace `vision`, or of what is cluster-scoped, on a day."""
    read = loaded(folder, text)
    assert not read.problems
    found = resolve_all(read, [])["default"]
    planned = plan_cluster(found, None, []) if cluster else plan_namespace(found, found.namespaces["vision"])
    return follow_pulls(found, planned, as_of=datetime.date.fromisoformat(day))


@pytest.mark.parametrize(("image", "head", "verdict", "place"), [
    ("harbor.example.com/vision/a:1", HEAD, "ok", ""),
    ("harbor.example.com/open/a:1", HEAD, "public", ""),
    ("nginx:1", HEAD, "not-harbor", ""),
    ("nginx:1", HEAD + POLICY.replace("MORE", ""), "not-harbor", ""),
    ("quay.io/a/b:1", HEAD, "not-harbor", ""),
    ("quay.io/a/b:1", HEAD + POLICY.replace("MORE", ""), "registry-not-allowed", "12:81"),
    ("quay.io/a/b:1",
     HEAD + POLICY.replace("MORE", EXEMPT),
     "not-harbor", ""),
    ("quay.io/a/b:1",
     HEAD + POLICY.replace("MORE", EXEMPT.replace("vision", "other")),
     "registry-not-allowed", "12:81"),
    ("quay.io/a/b:1",
     HEAD + POLICY.replace("MORE", EXEMPT.replace("allowed-registries", "require-pull-secret")),
     "registry-not-allowed", "12:81"),
    ("harbor.exmple.com/vision/a:1", HEAD, "similar-host", "11:81"),
    ("harbor.example.com/vision/a:${TAG}", HEAD, "bad-image", "11:81"),
])  # fmt: skip
def test_what_becomes_of_an_image(image: str, head: str, verdict: str, place: str, tmp_path: Path) -> None:
    pulls, problems = followed(tmp_path, head + "services:\n" + service(image))
    assert [pull.verdict for pull in pulls] == [verdict]
    assert [said(problem) for problem in problems] == ([f"{verdict} {place}"] if place else [])


@pytest.mark.parametrize(("day", "verdict", "places"), [
    ("2026-12-31", "ok", []), ("2027-01-01", "robot-expired", ["robot-expired 7:44"]),
])  # fmt: skip
def test_a_robot_s_day_is_mended_at_the_robot(day: str, verdict: str, places: list[str], tmp_path: Path) -> None:
    """However many services wait for it: here two, and one line."""
    two = service("harbor.example.com/vision/a:1") + service("harbor.example.com/vision/b:1").replace("name: a", "name: b")
    pulls, problems = followed(tmp_path, HEAD + "services:\n" + two, day)
    assert [pull.verdict for pull in pulls] == [verdict] * 2
    assert sorted({said(problem) for problem in problems}) == places


def test_what_the_planner_has_said_is_not_said_again(tmp_path: Path) -> None:
    pulls, problems = followed(tmp_path, HEAD + "services:\n" + service("harbor.example.com/none/a:1"))
    assert [pull.verdict for pull in pulls] == ["secret-not-referenced"] and problems == []


def test_a_runtime_that_is_not_given_is_noted_at_its_pod(tmp_path: Path) -> None:
    head = HEAD + "platform: {runtimes: none}\nservices:\n"
    _, problems = followed(tmp_path, head + f"- {{name: a, namespace: vision, {MODEL}}}\n")
    assert [said(problem) for problem in problems] == ["not-at-hand 12:39"]
    assert problems[0].message.startswith("cannot resolve the predictor's pod: the runtime that KServe selects is not")


def test_what_kserve_refuses_is_said(tmp_path: Path) -> None:
    service = "services:\n- {name: a, namespace: vision, spec: {predictor: {minReplicas: -1}}}\n"
    _, problems = followed(tmp_path, HEAD + service)
    assert sorted(said(problem) for problem in problems) == ["invalid-service 11:50", "invalid-service 11:64"]


RUNTIME = (
    "services:\n- {name: r, kind: ClusterServingRuntime, spec: {supportedModelFormats: [{name: f, autoSelect: true}], "
    "containers: [{name: kserve-container, image: 'IMAGE'}]}}\n"
)


@pytest.mark.parametrize(("image", "codes"), [
    ("harbor.example.com/none/a:1", []),
    ("harbor.exmple.com/vision/a:1", ["similar-host"]),
    ("harbor.example.com/vision/a b", ["bad-image"]),
    ("harbor.example.com/{{.Namespace}}/a:1", []),
])  # fmt: skip
def test_of_a_cluster_s_runtime_only_the_image_itself_is_judged(image: str, codes: list[str], tmp_path: Path) -> None:
    """Which Secrets its pods have is known where they run."""
    pulls, problems = followed(tmp_path, HEAD + RUNTIME.replace("IMAGE", image), cluster=True)
    assert [problem.code for problem in problems] == codes
    assert [pull.verdict for pull in pulls] == codes


def test_the_account_that_mooring_manages_names_every_secret(tmp_path: Path) -> None:
    deployment = "services:\n- {name: a, namespace: vision, manifests: pod.yaml}\n"
    containers = "containers: [{name: c, image: harbor.example.com/vision/a:1}]"
    (tmp_path / "pod.yaml").write_text(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{containers}}}\n")
    managed = HEAD.replace("{name: vision}\n", "{name: vision, defaultServiceAccount: manage}\n")
    for head in (HEAD, managed):
        pulls, problems = followed(tmp_path, head + deployment)
        assert ([pull.verdict for pull in pulls], problems) == (["ok"], [])


def test_services_in_namespace_default_are_warned_of(tmp_path: Path) -> None:
    head = HEAD.replace("{name: vision}\n", "{name: vision}\n- {name: default}\n")
    there = service("nginx:1").replace("namespace: vision", "namespace: default")
    found = environments(tmp_path, head + "services:\n" + there)["default"]
    codes = [[problem.code for problem in follow_pulls(found, plan_namespace(found, found.namespaces[name]))[1]]
             for name in ("default", "vision")]  # fmt: skip
    assert codes == [["default-namespace"], []]


@pytest.mark.parametrize(("image", "verdicts"), [
    ("harbor.example.com/vision/a:{{.Name}}", []), ("harbor.example.com/vision/a:${TAG}", ["bad-image"]),
])  # fmt: skip
def test_what_kserve_fills_in_in_a_runtime_is_judged_in_its_services(
    image: str, verdicts: list[str], tmp_path: Path
) -> None:  # fmt: skip
    runtime = RUNTIME.replace("ClusterServingRuntime", "ServingRuntime, namespace: vision").replace("IMAGE", image)
    pulls, problems = followed(tmp_path, HEAD + runtime)
    assert ([pull.verdict for pull in pulls], [problem.code for problem in problems]) == (verdicts, verdicts)
