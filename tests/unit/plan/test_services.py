"""The files of a namespace's services: what is rendered, copied, or taken as a base, and where each is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.plan.services import ServiceFiles, plan_services
from tests.support.fleet_files import environments, said

HEAD = """\
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots: [{name: vision, project: vision}]
namespaces: [{name: vision}]
services:
"""
SPEC = "spec: {predictor: {containers: [{name: c, image: harbor.example.com/vision/a:1}]}}"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: IMAGE}]\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"
ODD = "apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: o}\n"


def planned(folder: Path, services: str, **files: str) -> ServiceFiles:
    """The services of namespace `vision`; `m__pod` is the file `m/pod.yaml`."""
    return plan_services(environments(folder, HEAD + services, **files)["default"], "vision", "out")


def test_a_service_of_the_fleet_file(tmp_path: Path) -> None:
    found = planned(tmp_path, f"- {{name: b, namespace: vision, {SPEC}}}\n- {{name: a, namespace: vision, {SPEC}}}\n")
    assert found.resources == ["a.inferenceservice.yaml", "b.inferenceservice.yaml"], "by name"
    assert [artifact.path for artifact in found.artifacts] == [f"out/{name}" for name in found.resources]
    assert [(claim.path, claim.owner, claim.route) for claim in found.claims] == [
        ("out/b.inferenceservice.yaml", "InferenceService `b`", ("services", 0, "name")),
        ("out/a.inferenceservice.yaml", "InferenceService `a`", ("services", 1, "name")),
    ], "in the order of the file"
    assert {claim.source.path for claim in found.claims if claim.source} == {str(tmp_path / "fleet.yaml")}
    assert (found.copies, found.patches, found.problems) == ({}, [], [])


@pytest.mark.parametrize(("kind", "owner"), [("InferenceService", "service `a`"), ("Pod", "service `a` of kind Pod")])
def test_manifests_are_copied_into_a_folder_of_the_service(kind: str, owner: str, tmp_path: Path) -> None:
    pod = POD.replace("IMAGE", "harbor.example.com/vision/a:1")
    found = planned(tmp_path, f"- {{name: a, namespace: vision, kind: {kind}, manifests: m}}\n", m__pod=pod, m__d__c=CONFIG)
    assert found.resources == ["a/pod.yaml", "a/d/c.yaml"]
    assert found.copies == {"out/a/d/c.yaml": CONFIG, "out/a/pod.yaml": pod}
    assert [(claim.path, claim.folder, claim.route[-1]) for claim in found.claims] == [
        ("out/a", True, "name"), ("out/a/pod.yaml", False, "manifests"), ("out/a/d/c.yaml", False, "manifests"),
    ]  # fmt: skip
    assert {claim.owner for claim in found.claims} == {owner}
    [patch] = found.patches
    assert (patch["target"]["kind"], patch["target"]["name"]) == ("Pod", "^p$") and "harbor-vision" in patch["patch"]


def test_nothing_is_patched_that_needs_no_secret(tmp_path: Path) -> None:
    found = planned(tmp_path, "- {name: a, namespace: vision, manifests: m}\n", m__pod=POD.replace("IMAGE", "nginx"))
    assert (found.patches, len(found.injected), found.others) == ([], 1, [])


def test_a_kustomization_is_taken_as_a_base(tmp_path: Path) -> None:
    found = planned(tmp_path, "- {name: a, namespace: vision, manifests: m}\n", m__kustomization="resources: [c.yaml]\n",
                    m__c=CONFIG)  # fmt: skip
    assert (found.resources, found.copies, found.claims) == (["../m"], {}, [])


def test_what_runs_no_pod_goes_along(tmp_path: Path) -> None:
    found = planned(tmp_path, "- {name: a, namespace: vision, manifests: m}\n", m__odd=ODD)
    assert [dict(other.data) for other in found.others] == [
        {"apiVersion": "example.com/v1", "kind": "Odd", "metadata": {"name": "o", "namespace": "vision"}},
    ]  # fmt: skip
    assert [problem.code for problem in found.problems] == ["no-schema"]


ENV = "env: [{name: TOKEN, value: s3cr3t-x9}]"


@pytest.mark.parametrize(("services", "files", "found"), [
    (f"- {{name: a, namespace: vision, {SPEC.replace('}]', ', ' + ENV + '}]')}}}\n", {}, ["plaintext-credential 9:139"]),
    ("- {name: a, namespace: vision, manifests: m}\n",
     {"m__pod": POD.replace("IMAGE}", f"nginx, {ENV}}}")}, ["plaintext-credential 5:67"]),
    ("- {name: a, namespace: vision, manifests: none}\n", {}, ["bad-path 9:43"]),
    ("- {name: a, namespace: vision, kind: Nope, spec: {}}\n", {}, ["no-schema 9:38"]),
    ("- {name: a, namespace: vision, manifests: m}\n",
     {"m__c": CONFIG.replace("name: c", "name: C_")}, ["bad-name 3:18"]),
    (f"- {{name: a, namespace: vision, annotations: {{config.k8s.io/function: x}}, {SPEC}}}\n", {},
     ["unsupported-kustomization 9:46"]),
])  # fmt: skip
def test_what_is_wrong_with_a_service(services: str, files: dict[str, Any], found: list[str], tmp_path: Path) -> None:
    problems = planned(tmp_path, services, **files).problems
    assert [said(problem) for problem in problems] == found


def test_of_two_services_of_one_name_the_first_asks_for_its_file(tmp_path: Path) -> None:
    found = planned(tmp_path, f"- {{name: a, namespace: vision, {SPEC}}}\n" * 2)
    assert [claim.route for claim in found.claims] == [("services", 0, "name")]


def test_a_file_that_nobody_can_name_is_not_copied(tmp_path: Path) -> None:
    found = planned(tmp_path, "- {name: a, namespace: vision, manifests: m}\n", m__c=CONFIG,
                    **{"m__x\u202ey": CONFIG.replace("name: c", "name: d")})  # fmt: skip
    assert list(found.copies) == ["out/a/c.yaml"]
    assert [said(problem) for problem in found.problems] == ["bad-path 9:43"]
