"""Annotations by which an object would steer Kustomize: each is a problem at the annotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.steering import steering
from tests.support.fleet_files import REGISTRY, environments, loaded, said

FLEET = (
    REGISTRY
    + """\
namespaces: [{name: vision}]
services:
- name: a
  namespace: vision
  annotations: {note: b, NAME: "true"}
  spec: {predictor: {minReplicas: 1}}
"""
)


@pytest.mark.parametrize(("name", "is_steering"), [
    ("config.kubernetes.io/local-config", True),
    ("internal.config.kubernetes.io/path", True),
    ("alpha.config.kubernetes.io/x", True),
    ("config.k8s.io/function", True),
    ("xconfig.kubernetes.io/local-config", False),
    ("config.kubernetes.iox/a", False),
    ("kubernetes.io/a", False),
])  # fmt: skip
def test_which_annotations_steer(name: str, is_steering: bool, tmp_path: Path) -> None:
    fleet = loaded(tmp_path, FLEET.replace("NAME", name)).fleet
    assert fleet is not None
    [service] = fleet.services
    found = [said(problem) for problem in steering(service, service.annotations)]
    assert found == (["unsupported-kustomization 9:26"] if is_steering else [])


def test_one_that_an_environment_adds_is_said_there(tmp_path: Path) -> None:
    added = (
        "environments:\n- name: prod\n  services:\n"
        "  - {name: a, namespace: vision, annotations: {config.k8s.io/function: x, note: c}}\n"
    )
    text = FLEET.replace("NAME", "config.kubernetes.io/local-config") + added
    [service] = environments(tmp_path, text)["prod"].fleet.services
    found = sorted(said(problem) for problem in steering(service, service.annotations, service.override))
    assert found == ["unsupported-kustomization 14:48", "unsupported-kustomization 9:26"]
