"""The object of a service of the fleet file, and where each of its fields is written there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet import model
from mooring.fleet.environments import environments, resolve
from mooring.manifests.service import ServiceObject, find_kind, from_spec
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.schema.catalog import Catalog, KindInfo
from tests.support.fleet_files import REGISTRY, loaded, said

FLEET = REGISTRY + "namespaces: [{name: n}]\nservices:\n- NAME\n"


def service(folder: Path, entry: str) -> model.Service:
    fleet = loaded(folder, FLEET.replace("NAME", entry)).fleet
    assert fleet is not None
    return fleet.services[0]


def test_the_object_of_a_service(tmp_path: Path) -> None:
    entry = "{name: a, namespace: n, labels: {l: x}, annotations: {k: y}, spec: {predictor: {}}}"
    found = from_spec(service(tmp_path, entry), Catalog())
    assert isinstance(found, ServiceObject)
    assert found.data == {
        "apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
        "metadata": {"name": "a", "namespace": "n", "labels": {"l": "x"}, "annotations": {"k": "y"}},
        "spec": {"predictor": {}},
    }  # fmt: skip
    assert (found.name, found.namespace, found.ref.kind) == ("a", "n", "InferenceService")


def test_a_cluster_scoped_object_has_no_namespace(tmp_path: Path) -> None:
    found = from_spec(service(tmp_path, "{name: r, kind: ClusterServingRuntime, spec: {}}"), Catalog())
    assert isinstance(found, ServiceObject)
    assert (found.data["metadata"], found.namespace) == ({"name": "r"}, "")


@pytest.mark.parametrize(("entry", "problem", "more"), [
    ("{name: a, spec: {}}", "missing-key 7:3", "`namespace`"),
    ("{name: r, namespace: n, kind: ClusterServingRuntime, spec: {}}", "unknown-key 7:13", ""),
    ("{name: a, namespace: n, kind: InferenceServices, spec: {}}", "no-schema 7:33", ""),
    ("{name: a, namespace: n, apiVersion: serving.kserve.io/v9, spec: {}}", "no-schema 7:39", "`serving.kserve.io/v1beta1`"),
])  # fmt: skip
def test_what_is_wrong_with_its_kind_and_namespace(entry: str, problem: str, more: str, tmp_path: Path) -> None:
    found = from_spec(service(tmp_path, entry), Catalog())
    assert isinstance(found, Problem)
    assert (said(found), found.expected) == (problem, more)


@pytest.mark.parametrize(("kind", "api_version", "found"), [
    ("Deployment", None, "apps/v1"), ("Deployment", "apps/v1", "apps/v1"), ("ConfigMap", "v1", "v1"), ("Nope", None, None),
    ("Deployment", "v1", None),
])  # fmt: skip
def test_the_kind_that_is_meant(kind: str, api_version: str | None, found: str | None) -> None:
    info = find_kind(model.Service(name="a", kind=kind, api_version=api_version), Catalog())
    assert (info.api_version if isinstance(info, KindInfo) else None) == found


@pytest.mark.parametrize(("entry", "hint"), [
    ("{name: a, namespace: n, kind: Deploymnet, spec: {}}", "did you mean `Deployment`?"),
    ("{name: a, namespace: n, kind: Zzzzzzz, spec: {}}", "a custom kind needs its CRD's schema beside the shipped ones"),
])  # fmt: skip
def test_a_kind_that_nobody_knows_is_hinted_at(entry: str, hint: str, tmp_path: Path) -> None:
    found = from_spec(service(tmp_path, entry), Catalog())
    assert isinstance(found, Problem) and found.hint == hint


OVERRIDE = """\
environments:
- name: prod
  services:
  - {name: a, namespace: n, annotations: {k: y}, spec: {predictor: {minReplicas: 2}}}
"""


@pytest.mark.parametrize(("route", "place"), [
    # In the environment's override where that says it, else in the service's own entry; never under `metadata`.
    (("spec", "predictor", "minReplicas"), "11:82"),
    (("spec", "predictor", "maxReplicas"), "7:59"),
    (("metadata", "annotations", "k"), "11:46"),
    (("metadata", "name"), "11:12"),
    (("metadata", "labels", "l"), "7:76"),
    ((), "7:3"),
])  # fmt: skip
def test_where_a_field_of_the_object_is_written(route: Route, place: str, tmp_path: Path) -> None:
    entry = "{name: a, namespace: n, spec: {predictor: {maxReplicas: 9}}, labels: {l: x}}"
    fleet = loaded(tmp_path, FLEET.replace("NAME", entry) + OVERRIDE).fleet
    assert fleet is not None
    merged, _ = resolve(fleet, environments(fleet)[0])
    found = from_spec(merged.services[0], Catalog())
    assert isinstance(found, ServiceObject)
    assert said(found.problem("schema", "x", route)) == f"schema {place}"
