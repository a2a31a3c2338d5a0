"""A namespace's overlay: its folders, the robots that stand there, and what collides among its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.namespace import default_namespace, plan_cluster, plan_environment, plan_namespace, plan_strays
from mooring.plan.planned import kustomization
from tests.support.fleet_files import environments, said

HEAD = """\
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external-secrets, store: {name: vault}}
robots:
- {name: vision, project: vision}
- {name: here, project: here, namespaces: ["vis*"]}
- {name: idle, project: idle}
namespaces: [{name: vision}, {name: empty}]
services:
"""
IMAGE = "spec: {predictor: {containers: [{name: c, image: harbor.example.com/PROJECT/a:1}]}}"
SERVICE = f"- {{name: a, namespace: vision, {IMAGE.replace('PROJECT', 'vision')}}}\n"


def resolved(folder: Path, text: str) -> ResolvedEnvironment:
    return environments(folder, text)["default"]


def resources(folder: Path, text: str, namespace: str) -> dict[str, list[str]]:
    """What each kustomization of a namespace takes in, by its folder below the namespace's."""
    found = resolved(folder, text)
    planned = plan_namespace(found, found.namespaces[namespace])
    return {
        artifact.path.removeprefix(f"overlays/default/{namespace}").removesuffix("kustomization.yaml").strip("/"):
            list(artifact.context["resources"])
        for artifact in planned.artifacts if artifact.path.endswith("kustomization.yaml")
    }  # fmt: skip


def test_the_folders_of_a_namespace(tmp_path: Path) -> None:
    found = resources(tmp_path, HEAD + SERVICE, "vision")
    assert found[""] == ["access", "services"] and found["services"] == ["a.inferenceservice.yaml"]
    assert "secret-harbor-vision.yaml" in found["access"] and "secret-harbor-here.yaml" in found["access"]
    assert resources(tmp_path, HEAD + SERVICE, "empty") == {"": ["access"], "access": ["namespace.yaml", "pull-grants.yaml"]}


def test_the_services_are_put_into_the_namespace_by_kustomize(tmp_path: Path) -> None:
    found = resolved(tmp_path, HEAD + SERVICE)
    planned = plan_namespace(found, found.namespaces["vision"])
    namespaces = {artifact.path.split("/")[3]: artifact.context.get("namespace") for artifact in planned.artifacts
                  if artifact.path.endswith("/kustomization.yaml")}  # fmt: skip
    assert namespaces == {"services": "vision", "access": None, "kustomization.yaml": None}


def test_the_robots_that_stand_in_a_namespace(tmp_path: Path) -> None:
    """Those that its services need, and those whose `namespaces:` say it."""
    found = resolved(tmp_path, HEAD + SERVICE)
    planned = {name: plan_namespace(found, namespace) for name, namespace in found.namespaces.items()}
    names = {name: [robot.name for robot in one.robots] for name, one in planned.items()}
    assert names == {"vision": ["here", "vision"], "empty": []}


def test_a_service_in_the_way_of_mooring_s_own_files(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "x.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    text = HEAD + "- {name: kustomization.yaml, namespace: vision, manifests: m}\n"
    found = resolved(tmp_path, text)
    planned = plan_namespace(found, found.namespaces["vision"])
    assert [said(problem) for problem in planned.problems] == ["duplicate-name 12:10"]


@pytest.mark.parametrize(("policies", "taken"), [("policies/kyverno", ["../../../policies/kyverno"]), (None, [])])
def test_what_stands_in_no_namespace(policies: str | None, taken: list[str], tmp_path: Path) -> None:
    runtime = "- {name: r, kind: ClusterServingRuntime, spec: {containers: []}}\n"
    planned = plan_cluster(resolved(tmp_path, HEAD + runtime), policies, [{"patch": "p"}])
    *_, root = planned.artifacts
    assert root.path == "overlays/default/_cluster/kustomization.yaml"
    assert root.context == {"resources": [*taken, "r.clusterservingruntime.yaml"], "patches": [{"patch": "p"}]}


def test_the_root_of_an_environment(tmp_path: Path) -> None:
    root = plan_environment(resolved(tmp_path, HEAD))
    assert (root.path, root.context["resources"]) == ("overlays/default/kustomization.yaml", ["_cluster", "empty", "vision"])


def test_a_kustomization_says_only_what_it_has() -> None:
    assert kustomization("a", ["b"]).context == {"resources": ["b"]}
    whole = kustomization("a", ["b"], "ns", [{"patch": "p"}])
    assert whole.context == {"resources": ["b"], "namespace": "ns", "patches": [{"patch": "p"}]}
    assert (whole.path, whole.template) == ("a/kustomization.yaml", "namespace/kustomization")


def test_services_of_namespaces_that_are_not_listed(tmp_path: Path) -> None:
    """What is wrong with them is said, but for what depends on the namespace; nothing of them is rendered."""
    services = "".join(
        f"- {{name: {name}, namespace: lost, {IMAGE.replace('PROJECT', project)}}}\n"
        for name, project in (("a", "here"), ("b", "none"), ("c", "vision"))
    )
    twice = HEAD.replace("- {name: idle", "- {name: too, project: vision, secretName: too}\n- {name: idle")
    strays = plan_strays(resolved(tmp_path, twice + services))
    assert [problem.code for problem in strays.problems] == ["no-robot"]
    robots = {injected.original.name: sorted(injected.robots) for injected in strays.injected}
    assert robots == {"a": ["here"], "b": [], "c": []}
    assert (strays.artifacts, strays.robots) == ([], [])
    assert plan_strays(resolved(tmp_path, HEAD + SERVICE)).injected == []


def test_the_namespace_that_is_there_anyway(tmp_path: Path) -> None:
    text = HEAD.replace("{name: empty}", "{name: default}")
    found = resolved(tmp_path, text + SERVICE.replace("namespace: vision", "namespace: default"))
    assert [said(problem) for problem in default_namespace(found)] == ["default-namespace 12:24"]
    assert [*default_namespace(resolved(tmp_path, text + SERVICE))] == []
