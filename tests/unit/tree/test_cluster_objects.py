"""What a cluster is given: each object once, patched as Kustomize patches it, and no kustomization among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring.plan import policies
from mooring.plan.environment import CLUSTER
from mooring.tree.cluster_objects import cluster_objects
from mooring.tree.run import resolve_all
from tests.support.fleet_files import loaded

FLEET = """\
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots: [{name: vision, project: vision}]
namespaces: [{name: vision}, {name: empty}]
services:
- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: "harbor.example.com/vision/a:1"}]}}}
- {name: k, namespace: vision, manifests: k.yaml}
- {name: r, kind: ClusterServingRuntime, spec: {containers: [{name: c, image: "harbor.example.com/vision/r:1"}]}}
environments:
- name: prod
  policies: {rules: {require-pull-secret: {action: Audit}}}
- name: test
policies: {action: Deny}
"""
KEPT = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: "harbor.example.com/vision/p:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: c}
rules: []
"""
POLICIES = "policies/kyverno"


def objects(folder: Path, name: str, environment: str = "prod") -> list[tuple[str, Any]]:
    """(path, object) of all that the cluster is given of a namespace, or of `_cluster`."""
    read = loaded(folder, FLEET, k=KEPT)
    assert read.fleet is not None and list(read.problems) == []
    found = resolve_all(read, [])
    given = cluster_objects(found[environment], name, policies.plan(read.fleet, found))
    return [(path.removeprefix(f"{folder}/"), one) for path, text in given for one in yaml.safe_load_all(text)]


@pytest.mark.parametrize(("name", "found"), [
    ("vision", [
        ("overlays/prod/vision/services/a.inferenceservice.yaml", "InferenceService", "a"),
        ("overlays/prod/vision/access/namespace.yaml", "Namespace", "vision"),
        ("overlays/prod/vision/access/pull-grants.yaml", "ConfigMap", "mooring-pull-grants"),
        # Where they were read, though they are given as they are patched.
        ("k.yaml", "Pod", "p"),
        ("k.yaml", "ConfigMap", "m"),
        ("k.yaml", "ClusterRole", "c"),
    ]),
    ("empty", [
        ("overlays/prod/empty/access/namespace.yaml", "Namespace", "empty"),
        ("overlays/prod/empty/access/pull-grants.yaml", "ConfigMap", "mooring-pull-grants"),
    ]),
    (CLUSTER, [
        (f"{POLICIES}/parameters.yaml", "ValidatingAdmissionPolicy", "mooring-parameters"),
        (f"{POLICIES}/parameters.yaml", "ValidatingAdmissionPolicyBinding", "mooring-parameters"),
        (f"{POLICIES}/clusterrole.yaml", "ClusterRole", "mooring-reports"),
        (f"{POLICIES}/require-pull-secret.yaml", "ValidatingPolicy", "mooring-require-pull-secret"),
        (f"{POLICIES}/restrict-pull-secret-use.yaml", "ValidatingPolicy", "mooring-restrict-pull-secret-use"),
        (f"{POLICIES}/no-default-namespace.yaml", "ValidatingPolicy", "mooring-no-default-namespace"),
        (f"{POLICIES}/pull-secret-shape.yaml", "ValidatingPolicy", "mooring-pull-secret-shape"),
        ("overlays/prod/_cluster/r.clusterservingruntime.yaml", "ClusterServingRuntime", "r"),
    ]),
])  # fmt: skip
def test_each_object_is_given_once_and_no_kustomization(name: str, found: list[Any], tmp_path: Path) -> None:
    given = objects(tmp_path, name)
    assert sorted((path, one["kind"], one["metadata"]["name"]) for path, one in given) == sorted(found)


def test_a_kept_manifest_is_given_as_it_is_patched(tmp_path: Path) -> None:
    kept = [one for path, one in objects(tmp_path, "vision") if path == "k.yaml"]
    assert [one["metadata"].get("namespace") for one in kept] == ["vision", "vision", None]
    assert kept[0]["spec"]["imagePullSecrets"] == [{"name": "harbor-vision"}]


@pytest.mark.parametrize(("environment", "action"), [("prod", "Audit"), ("test", "Deny")])
def test_a_policy_is_given_with_the_action_of_its_environment(environment: str, action: str, tmp_path: Path) -> None:
    given = {path: one for path, one in objects(tmp_path, CLUSTER, environment) if one["kind"] == "ValidatingPolicy"}
    actions = {path.rpartition("/")[2]: one["spec"]["validationActions"] for path, one in given.items()}
    assert actions == {
        "require-pull-secret.yaml": [action], "restrict-pull-secret-use.yaml": ["Deny"],
        "no-default-namespace.yaml": ["Deny"], "pull-secret-shape.yaml": ["Deny"],
    }  # fmt: skip
