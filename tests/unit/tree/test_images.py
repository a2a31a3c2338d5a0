"""Image overrides of an environment that apply to nothing there: each is said at its name, with what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.tree.images import _bare, unused_images
from tests.support.fleet_files import environments, said

FLEET = """\
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external}
namespaces: [{name: vision}]
platform: {images: {agent: "harbor.example.com/kserve/agent:1"}}
services:
- {name: a, namespace: vision, spec: {predictor: {containers: [{name: c, image: "harbor.example.com/vision/detector:1"}]}}}
- {name: b, namespace: vision, spec: {predictor: {model: {modelFormat: {name: f}, storageUri: "oci://harbor.example.com/m/yolo:1"}}}}
environments:
- name: prod
  images:
  - {name: harbor.example.com/vision/detector, newTag: "2"}
  - {name: harbor.example.com/vision/detectr, newTag: "2"}
  - {name: harbor.example.com/kserve/agnt, newTag: "2"}
  - {name: harbor.example.com/m/yol, newTag: "2"}
  - {name: quay.io/other/thing, newTag: "2"}
"""


def test_what_is_said_of_each(tmp_path: Path) -> None:
    resolved = environments(tmp_path, FLEET)["prod"]
    found = [*unused_images(resolved, {("image", "prod", "harbor.example.com/vision/detector")})]
    assert [(said(problem), problem.hint) for problem in found] == [
        ("unknown-reference 15:12", "did you mean `harbor.example.com/vision/detector`?"),
        ("unknown-reference 16:12", "did you mean `harbor.example.com/kserve/agent`?"),
        ("unknown-reference 17:12", "did you mean `harbor.example.com/m/yolo`?"),
        ("unknown-reference 18:12", "write it without tag and digest, host included"),
    ]
    assert found[3].message == "no image in environment `prod` is named `quay.io/other/thing`"


def test_one_that_applies_in_another_environment_is_unused_here(tmp_path: Path) -> None:
    resolved = environments(tmp_path, FLEET)["prod"]
    found = [*unused_images(resolved, {("image", "test", "harbor.example.com/vision/detector")})]
    assert said(found[0]) == "unknown-reference 14:12"


def test_an_environment_that_stands_in_no_file_has_none(tmp_path: Path) -> None:
    fleet = FLEET.partition("environments:")[0]
    assert [*unused_images(environments(tmp_path, fleet)["default"], set())] == []


@pytest.mark.parametrize(("image", "name"), [
    ("h/p/a:1", "h/p/a"), ("h:5000/p/a", "h:5000/p/a"), ("h:5000/p/a:1", "h:5000/p/a"), ("h/p/a:1@sha256:00", "h/p/a"),
    ("nginx", "nginx"), ("nginx:1", "nginx"),
])  # fmt: skip
def test_an_image_without_tag_and_digest(image: str, name: str) -> None:
    assert _bare(image) == name
