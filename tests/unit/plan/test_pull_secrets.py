"""The `imagePullSecrets` that a service gets: which Secrets, in which order, and the patches that say it to Kustomize."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.plan.pull_secrets import InjectedObject
from mooring.plan.services import ServiceFiles, plan_services
from tests.support.fleet_files import environments

HEAD = """\
registries: [{name: harbor, host: harbor.example.com, publicProjects: [open]}]
secrets: {backend: external}
robots:
- {name: vision, project: vision}
- {name: speech, project: speech}
namespaces: [{name: vision}]
environments:
- name: prod
  images:
  - {name: harbor.example.com/vision/a, newTag: "2"}
  - {name: harbor.example.com/vision/none, newTag: "2"}
services:
"""


def planned(folder: Path, spec: str, kind: str = "InferenceService") -> ServiceFiles:
    """The service of that spec, in environment `prod`."""
    service = f"- {{name: a, namespace: vision, kind: {kind}, spec: {spec}}}\n".replace("IMAGES", "harbor.example.com")
    return plan_services(environments(folder, HEAD + service)["prod"], "vision", "out")


def injected(folder: Path, spec: str, kind: str = "InferenceService") -> InjectedObject:
    [found] = planned(folder, spec, kind).injected
    return found


def listed(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


AT = "/spec/predictor/imagePullSecrets"


@pytest.mark.parametrize(("there", "rendered", "patches"), [
    (None, ["harbor-vision"], [{"op": "add", "path": AT, "value": listed("harbor-vision")}]),
    ("[]", ["harbor-vision"], [{"op": "add", "path": f"{AT}/0", "value": {"name": "harbor-vision"}}]),
    ("[{name: harbor-vision}]", ["harbor-vision"], []),
    ("[{name: harbor-vision}, {name: other}]", ["harbor-vision", "other"], []),
    # What must be the first is moved there, from the end on, so that no index is shifted.
    ("[{name: other}, {name: harbor-vision}]", ["harbor-vision", "other"],
     [{"op": "remove", "path": f"{AT}/1"}, {"op": "add", "path": f"{AT}/0", "value": {"name": "harbor-vision"}}]),
    ("[{name: other}, {name: harbor-vision}, {}, {name: harbor-vision}]", ["harbor-vision", "other", None],
     [{"op": "remove", "path": f"{AT}/3"}, {"op": "remove", "path": f"{AT}/1"},
      {"op": "add", "path": f"{AT}/0", "value": {"name": "harbor-vision"}}]),
])  # fmt: skip
def test_a_list_with_the_secret_that_an_image_needs(
    there: str | None, rendered: list[str | None], patches: list[dict[str, Any]], tmp_path: Path
) -> None:
    own = f"imagePullSecrets: {there}, " if there is not None else ""
    found = injected(tmp_path, f"{{predictor: {{{own}containers: [{{name: c, image: IMAGES/vision/b:1}}]}}}}")
    assert [entry.get("name") for entry in found.data["spec"]["predictor"]["imagePullSecrets"]] == rendered
    assert list(found.patches) == patches


def test_two_secrets_keep_the_order_of_their_images(tmp_path: Path) -> None:
    """What is there already stays behind them; each is put in front, the last first."""
    images = ("IMAGES/speech/a:1", "IMAGES/vision/b:1", "IMAGES/open/c:1", "nginx:1")
    containers = ", ".join(f"{{name: c{number}, image: '{image}'}}" for number, image in enumerate(images))
    spec = f"{{predictor: {{imagePullSecrets: [{{name: own}}], containers: [{containers}]}}}}"
    found = injected(tmp_path, spec)
    assert found.data["spec"]["predictor"]["imagePullSecrets"] == listed("harbor-speech", "harbor-vision", "own")
    assert [(patch["path"], patch["value"]["name"]) for patch in found.patches] == [
        (f"{AT}/0", "harbor-vision"), (f"{AT}/0", "harbor-speech"),
    ]  # fmt: skip
    assert found.robots == {"speech", "vision"}


def test_a_model_that_is_an_image_comes_first(tmp_path: Path) -> None:
    """A model of `oci+fetch://` is fetched with the first Secret alone."""
    spec = (
        "{template: {containers: [{name: main, image: IMAGES/speech/a:1}]}, model: {uri: 'oci+fetch://IMAGES/vision/m:1'}}"
    )
    found = injected(tmp_path, spec, "LLMInferenceService")
    assert found.data["spec"]["template"]["imagePullSecrets"] == listed("harbor-vision", "harbor-speech")


def test_images_of_the_environment(tmp_path: Path) -> None:
    """The second of two images changes; each that is written is patched, and the override is said to have applied."""
    spec = "{predictor: {containers: [{name: b, image: IMAGES/open/b:1}, {name: a, image: IMAGES/vision/a:1}]}}"
    found = injected(tmp_path, spec)
    assert [one["image"] for one in found.data["spec"]["predictor"]["containers"]] == [
        "harbor.example.com/open/b:1", "harbor.example.com/vision/a:2",
    ]  # fmt: skip
    assert found.patches[0] == {
        "op": "replace", "path": "/spec/predictor/containers/1/image", "value": "harbor.example.com/vision/a:2",
    }  # fmt: skip
    assert found.overrides == {"harbor.example.com/vision/a"}
    assert found.original.data["spec"]["predictor"]["containers"][1]["image"] == "harbor.example.com/vision/a:1"


def test_an_image_that_nobody_pulls_is_said_once_for_a_place(tmp_path: Path) -> None:
    spec = "{predictor: {containers: [{name: a, image: IMAGES/none/a:1}, {name: b, image: IMAGES/none/a:1}]}}"
    found = planned(tmp_path, spec)
    assert [problem.route[-2:] for problem in found.problems] == [(0, "image"), (1, "image")]
    assert list(found.injected[0].patches) == [] and found.injected[0].robots == frozenset()


def test_a_runtime_s_image_is_not_the_service_s_to_change(tmp_path: Path) -> None:
    runtime = (
        "- {name: r, kind: ClusterServingRuntime, spec: {supportedModelFormats: [{name: f, autoSelect: true}], "
        "containers: [{name: kserve-container, image: harbor.example.com/vision/a:1}]}}\n"
    )
    service = (
        "- {name: a, namespace: vision, spec: {predictor: {model: {modelFormat: {name: f}, storageUri: 'pvc://c'}, "
        "containers: [{name: side, image: harbor.example.com/vision/a:1}]}}}\n"
    )
    resolved = environments(tmp_path, HEAD + runtime + service)["prod"]
    [found] = plan_services(resolved, "vision", "out").injected
    assert [patch["path"] for patch in found.patches] == ["/spec/predictor/containers/0/image", AT]
    assert found.data["spec"]["predictor"]["imagePullSecrets"] == listed("harbor-vision")
    assert resolved.overrides == {"harbor.example.com/vision/a"}


def test_an_override_of_an_image_changes_no_runtime_of_its_name(tmp_path: Path) -> None:
    """`runtime: detector` is where the runtime's image is asked for, and no image."""
    head = HEAD.replace("harbor.example.com/vision/none", "detector")
    runtime = (
        "- {name: detector, kind: ClusterServingRuntime, spec: {containers: [{name: kserve-container, image: nginx}]}}\n"
    )
    model = "{modelFormat: {name: f}, runtime: detector, storageUri: 'pvc://c'}"
    service = f"- {{name: a, namespace: vision, spec: {{predictor: {{model: {model}}}}}}}\n"
    [found] = plan_services(environments(tmp_path, head + runtime + service)["prod"], "vision", "out").injected
    assert found.data["spec"]["predictor"]["model"]["runtime"] == "detector"
    assert (found.patches, found.overrides) == ((), frozenset())


def test_a_model_behind_a_runtime_s_image_is_the_environment_s(tmp_path: Path) -> None:
    runtime = (
        "- {name: r, kind: ClusterServingRuntime, spec: {supportedModelFormats: [{name: f, autoSelect: true}], "
        "containers: [{name: kserve-container, image: nginx}]}}\n"
    )
    model = "{modelFormat: {name: f}, storageUri: 'oci://harbor.example.com/vision/a:1'}"
    service = f"- {{name: a, namespace: vision, spec: {{predictor: {{model: {model}}}}}}}\n"
    [found] = plan_services(environments(tmp_path, HEAD + runtime + service)["prod"], "vision", "out").injected
    assert found.data["spec"]["predictor"]["model"]["storageUri"] == "oci://harbor.example.com/vision/a:2"
