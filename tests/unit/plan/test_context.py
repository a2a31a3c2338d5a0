"""What of the manifests that a fleet keeps counts for the pods of its other services."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet.environments import environments
from mooring.plan.context import _of_specs
from mooring.plan.environment import ResolvedEnvironment, resolve_environment
from mooring.plan.namespace import plan_namespace
from mooring.plan.pulls import follow_pulls
from mooring.schema.catalog import Catalog
from mooring.yaml.dump import dump
from tests.support.fleet_files import REGISTRY, loaded

FLEET = f"""\
{REGISTRY}\
secrets: {{backend: external}}
robots: [{{name: vision, project: vision, expires: never}}]
namespaces: [{{name: vision}}, {{name: speech}}, {{name: kserve}}, {{name: knative-serving}}]
"""
SERVICE = "- {name: svc, namespace: vision, spec: {predictor: {model: {modelFormat: {name: onnx}, runtime: mine}}}}\n"
GRAPH = "- {name: svc, namespace: vision, kind: InferenceGraph, spec: {nodes: {root: {routerType: Sequence, steps: []}}}}\n"
RUNTIME = """\
apiVersion: serving.kserve.io/v1alpha1
kind: KIND
metadata: {name: mine}
spec: {containers: [{name: kserve-container, image: "harbor.example.com/vision/app:1"}]}
"""
SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: inferenceservice-config}
data:
  router: '{"image": "harbor.example.com/vision/router:1", "imagePullSecrets": ["harbor-vision"]}'
"""
BASE = """\
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceServiceConfig
metadata: {name: base}
spec: {template: {containers: [{name: main, image: "harbor.example.com/vision/llm:1"}]}}
"""
LLM = """\
- name: svc
  namespace: vision
  kind: LLMInferenceService
  spec: {model: {uri: 'hf://a/b'}, baseRefs: [{name: base}]}
"""
SKIP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: config-deployment}
data: {registries-skipping-tag-resolving: harbor.example.com}
"""


def resolved(folder: Path, services: str, environment: str = "", **kept: str) -> ResolvedEnvironment:
    """The fleet's only environment, or its first."""
    made = loaded(folder, f"{FLEET}services:\n{services}{environment}", **kept)
    assert made.fleet is not None, made.problems
    found, problems = resolve_environment(made.fleet, environments(made.fleet)[0], made.root, made.path)
    assert problems == []
    return found


def verdicts(found: ResolvedEnvironment) -> dict[str, str]:
    """The verdict of each pull of service `svc` in namespace `vision`, by its image."""
    planned = plan_namespace(found, found.namespaces["vision"])
    return {pull.image: pull.verdict for pull in follow_pulls(found, planned)[0] if pull.object.name == "svc"}


def rendered(found: ResolvedEnvironment) -> str:
    """Service `svc` as it is rendered."""
    planned = plan_namespace(found, found.namespaces["vision"])
    return dump(next(dict(one.data) for one in planned.injected if one.original.name == "svc"), 0)


@pytest.mark.parametrize(("entry", "kind", "verdict"), [
    ("- {name: kept, namespace: vision, manifests: kept.yaml}\n", "ServingRuntime", "ok"),
    ("- {name: kept, namespace: speech, manifests: kept.yaml}\n", "ServingRuntime", "unknown"),
    ("- {name: kept, manifests: kept.yaml}\n", "ClusterServingRuntime", "ok"),
    ("", "ServingRuntime", "unknown"),
])  # fmt: skip
def test_a_kept_runtime_counts_where_kserve_looks_for_it(entry: str, kind: str, verdict: str, tmp_path: Path) -> None:
    found = resolved(tmp_path, entry + SERVICE, kept=RUNTIME.replace("KIND", kind))
    image = "harbor.example.com/vision/app:1" if verdict == "ok" else ""
    assert verdicts(found) == {image: verdict}
    assert ("imagePullSecrets:\n    - name: harbor-vision" in rendered(found)) == (verdict == "ok")


def test_a_kept_runtime_counts_in_the_images_of_the_environment(tmp_path: Path) -> None:
    override = "environments: [{name: prod, images: [{name: harbor.example.com/vision/app, newTag: '2'}]}]\n"
    entry = "- {name: kept, namespace: vision, manifests: kept.yaml}\n"
    found = resolved(tmp_path, entry + SERVICE, override, kept=RUNTIME.replace("KIND", "ServingRuntime"))
    assert verdicts(found) == {"harbor.example.com/vision/app:2": "ok"}


def test_the_pull_of_a_kept_runtime_is_traced_to_its_file(tmp_path: Path) -> None:
    runtime = RUNTIME.replace("KIND", "ServingRuntime").replace("/vision/app:1", "/nobody/app:1")
    entry = "- {name: kept, namespace: vision, manifests: kept.yaml}\n"
    found = resolved(tmp_path, entry + SERVICE, kept=runtime)
    planned = plan_namespace(found, found.namespaces["vision"])
    _, problems = follow_pulls(found, planned)
    said = [(one.code, one.object.name) for one in [*planned.problems, *problems] if one.object is not None]
    assert said == [("no-robot", "mine"), ("no-robot", "svc")]


def test_of_the_fleet_s_services_those_that_count_for_others_are_made_into_objects(tmp_path: Path) -> None:
    """All others are made where their namespace is rendered."""
    spec = '{containers: [{name: kserve-container, image: "harbor.example.com/vision/app:1"}]}'
    runtime = f"- {{name: mine, namespace: vision, kind: ServingRuntime, spec: {spec}}}\n"
    found = resolved(tmp_path, SERVICE + runtime)
    assert [obj.name for obj in _of_specs(found.fleet, Catalog())] == ["mine"]


@pytest.mark.parametrize(("namespace", "found"), [
    ("kserve", {"harbor.example.com/vision/router:1": "ok"}),
    ("speech", {"": "unknown"}),
])  # fmt: skip
def test_kept_settings_of_kserve_count_in_its_own_namespace_alone(
    namespace: str, found: dict[str, str], tmp_path: Path
) -> None:
    entry = f"- {{name: kept, namespace: {namespace}, manifests: kept.yaml}}\n"
    assert verdicts(resolved(tmp_path, entry + GRAPH, kept=SETTINGS)) == found


@pytest.mark.parametrize(("namespace", "image"), [
    ("vision", "harbor.example.com/vision/llm:1"), ("kserve", "harbor.example.com/vision/llm:1"), ("speech", None),
])  # fmt: skip
def test_a_kept_base_counts_in_its_namespace_and_in_kserves_own(namespace: str, image: str | None, tmp_path: Path) -> None:
    entry = f"- {{name: kept, namespace: {namespace}, manifests: kept.yaml}}\n"
    found = resolved(tmp_path, entry + LLM, kept=BASE)
    assert (image in verdicts(found)) == (image is not None)


@pytest.mark.parametrize(("namespace", "warned"), [("knative-serving", False), ("speech", True)])
def test_a_host_that_knative_skips_is_no_tag_to_resolve(namespace: str, warned: bool, tmp_path: Path) -> None:
    service = SERVICE.replace("runtime: mine", 'image: "harbor.example.com/vision/app:1"')
    annotated = service.replace("spec:", "annotations: {serving.kserve.io/deploymentMode: Knative}, spec:")
    entry = f"- {{name: kept, namespace: {namespace}, manifests: kept.yaml}}\n"
    found = resolved(tmp_path, entry + annotated, kept=SKIP)
    planned = plan_namespace(found, found.namespaces["vision"])
    _, problems = follow_pulls(found, planned)
    assert ("tag-resolution" in {problem.code for problem in problems}) == warned


def test_a_router_whose_settings_are_absent_gets_one_note(tmp_path: Path) -> None:
    platform = "platform: {images: {router: harbor.example.com/vision/router:1}}\n"
    found = resolved(tmp_path, GRAPH, platform)
    _, problems = follow_pulls(found, plan_namespace(found, found.namespaces["vision"]))
    assert [problem.code for problem in problems] == ["not-at-hand"]
