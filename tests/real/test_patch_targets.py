"""The real Kustomize gives a patch to the object that it was rendered for, and to no neighbour of its name or group."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mooring import cli
from mooring.kustomization.patch import target
from tests.real.kustomize import Kustomize

FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: f}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
robots: [{name: vision, project: vision}]
namespaces: [{name: vision}]
services:
- {name: one, namespace: vision, manifests: services}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{a: b}}}}
  template:
    metadata: {{labels: {{a: b}}}}
    spec: {{containers: [{{name: c, image: "{image}"}}]}}
"""


def test_a_neighbour_of_the_name_keeps_its_list(kustomize: Kustomize, tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "fleet.yaml").write_text(FLEET)
    for name, image in (("a.b", "harbor.example.com/vision/x:1"), ("a-b", "docker.io/library/nginx:1"), ("axb", "nginx")):
        (tmp_path / f"services/{name}.yaml").write_text(DEPLOYMENT.format(name=name, image=image))
    assert cli.main(["render", "--quiet", "--fleet", str(tmp_path / "fleet.yaml")]) == 0
    found = kustomize.build(tmp_path / "overlays/default/vision/services")
    lists = {thing["metadata"]["name"]: thing["spec"]["template"]["spec"].get("imagePullSecrets") for thing in found}
    assert lists == {"a.b": [{"name": "harbor-vision"}], "a-b": None, "axb": None}


@pytest.mark.parametrize(
    ("api_version", "name", "patched"),
    [
        ("v1", "a.b", ["v1 a.b"]),
        ("v1", ".*", []),
        ("x.example.com/v1", "a.b", ["x.example.com/v1 a.b"]),
        ("xyexample.com/v1", "a.b", ["xyexample.com/v1 a.b"]),
    ],
)
def test_a_target_selects_one_object(
    kustomize: Kustomize, tmp_path: Path, api_version: str, name: str, patched: list[str]
) -> None:
    """Over one name in three groups, the core one included, and a neighbour of the name in each."""
    groups, names = ("v1", "x.example.com/v1", "xyexample.com/v1"), ("a.b", "a-b")
    objects = [{"apiVersion": group, "kind": "Thing", "metadata": {"name": each}} for group in groups for each in names]
    (tmp_path / "objects.yaml").write_text(yaml.safe_dump_all(objects))
    patch = "- op: add\n  path: /patched\n  value: 1\n"
    root = {"resources": ["objects.yaml"], "patches": [{"target": target(api_version, "Thing", name), "patch": patch}]}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(root))
    found = kustomize.build(tmp_path)
    assert [f"{thing['apiVersion']} {thing['metadata']['name']}" for thing in found if "patched" in thing] == patched
