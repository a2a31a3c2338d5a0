"""What is read of a pod spec: names, images and models, each with the route at which it is written."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve import podspec
from mooring.kserve.model import ClusterContext, Image
from mooring.problems.position import Route

HERE: Route = ("spec", "template")
FETCH = {"storageInitializer": "h/p/fetch:1"}
ODD_LIST = [{"name": "a"}, "b", {"name": ""}, {}, {"name": "c"}, {"name": "a"}]


def test_the_names_of_a_list() -> None:
    assert podspec.names(ODD_LIST) == ("a", "c", "a")
    assert podspec.names({"name": "a"}) == podspec.names(None) == ()


def test_a_name_is_where_it_is_written_first() -> None:
    found = podspec.references({"imagePullSecrets": ODD_LIST}, HERE)
    assert {name: route[len(HERE) :] for name, route in found.items() if name} == {
        "a": ("imagePullSecrets", 0), "c": ("imagePullSecrets", 4),
    }  # fmt: skip


@pytest.mark.parametrize(("pattern", "found"), [
    (("a", "b"), [(("a", "b"), 1)]),
    (("a", "none"), []),
    (("a", "b", "c"), []),
    (("list", "*", "x"), [(("list", 0, "x"), 1), (("list", 2, "x"), 3)]),
    (("list", "*", "y", "*"), [(("list", 2, "y", 0), "p"), (("list", 2, "y", 1), "q")]),
    (("a", "*"), []),
    ((), [((), ...)]),
])  # fmt: skip
def test_what_stands_at_a_pattern(pattern: tuple[str, ...], found: list[tuple[Route, Any]]) -> None:
    data = {"a": {"b": 1, "nothing": None}, "list": [{"x": 1}, 7, {"x": 3, "y": ["p", "q"]}]}
    expected = [(route, data if value is ... else value) for route, value in found]
    assert [*podspec.at(data, pattern)] == expected


def test_nothing_that_is_null_stands_at_a_pattern() -> None:
    assert [*podspec.at({"a": None}, ("a",))] == []


def test_the_images_of_containers_and_volumes() -> None:
    spec = {
        "initContainers": [{"name": "i", "image": "h/p/init:1"}],
        "containers": ["odd", {"name": "c", "image": "h/p/main:1"}, {"name": "none"}],
        "ephemeralContainers": [{"name": "e", "image": "h/p/debug:1"}],
        "volumes": [7, {"name": "v", "image": {"reference": "h/p/data:1"}}, {"name": "w", "emptyDir": {}}],
    }
    assert sorted((image.reference, image.route, image.origin) for image in podspec.images_of(spec, HERE)) == [
        ("h/p/data:1", (*HERE, "volumes", 1, "image", "reference"), "volume"),
        ("h/p/debug:1", (*HERE, "ephemeralContainers", 0, "image"), "spec"),
        ("h/p/init:1", (*HERE, "initContainers", 0, "image"), "spec"),
        ("h/p/main:1", (*HERE, "containers", 1, "image"), "spec"),
    ]
    owner = "ServingRuntime/r"
    assert {image.origin for image in podspec.images_of(spec, HERE, owner)} == {"runtime", "volume"}
    assert {image.owner for image in podspec.images_of(spec, HERE, owner)} == {owner}


def test_images_are_changed_at_any_depth() -> None:
    data = {"image": "a", "list": [{"image": "b"}, "image", ["c"]], "image2": "d", "deep": {"image": {"image": "e"}}}
    changed = {"image": "A", "list": [{"image": "B"}, "image", ["c"]], "image2": "d", "deep": {"image": {"image": "E"}}}
    assert podspec.with_images(data, str.upper) == changed
    assert podspec.with_images({"image": 7, "x": None}, str.upper) == {"image": 7, "x": None}


def container(name: str, prefix: str, **more: Any) -> dict[str, Any]:
    spec = {"container": {"image": f"h/p/{name}:1"}, "supportedUriFormats": [{"prefix": prefix}], **more}
    return {"metadata": {"name": name}, "spec": spec}


@pytest.mark.parametrize(("uri", "first", "found"), [
    ("oci://h/p/model:1", None, [("oci://h/p/model:1", "model")]),
    ("pvc://claim/model", None, []),
    ("gs://bucket", None, [("h/p/google:1", "platform")]),
    ("s3://bucket", None, [("h/p/fetch:1", "platform")]),
    ("s3://bucket", "gs://bucket", [("h/p/google:1", "platform")]),
    ("", None, []),
    (None, None, []),
    (7, None, []),
])  # fmt: skip
def test_what_an_address_brings_in(uri: Any, first: Any, found: list[tuple[str, str]]) -> None:
    context = ClusterContext(platform=FETCH, storage=(container("google", "gs://"), {"spec": {}}))
    images = [*podspec.model_images(uri, HERE, context, first=first)]
    assert [(image.reference, image.origin) for image in images] == found
    assert {image.route for image in images} <= {HERE}


def test_an_image_of_the_platform_is_there_where_it_is_known() -> None:
    context = ClusterContext(platform=FETCH)
    assert [*podspec.platform_image("storageInitializer", HERE, context)] == [
        Image("h/p/fetch:1", HERE, "platform", "inferenceservice-config"),
    ]
    assert [*podspec.platform_image("agent", HERE, context)] == []


@pytest.mark.parametrize(("named", "found"), [
    ("", [("oci://h/p/first:1", ("containers", 1, "env", 2, "value"))]),
    ("second", [("oci://h/p/second:1", ("containers", 2, "env", 0, "value"))]),
    ("none", []),
])  # fmt: skip
def test_the_model_of_a_custom_container(named: str, found: list[tuple[str, Route]]) -> None:
    spec = {
        "containers": [
            "odd",
            {"name": "first", "env": [{"name": "OTHER", "value": "oci://h/p/x:1"}, "odd",
                                      {"name": "STORAGE_URI", "value": "oci://h/p/first:1"}]},
            {"name": "second", "env": [{"name": "STORAGE_URI", "value": "oci://h/p/second:1"}]},
        ]
    }  # fmt: skip
    images = podspec.environment_models(spec, HERE, ClusterContext(), named)
    assert [(image.reference, image.route) for image in images] == [(uri, (*HERE, *route)) for uri, route in found]
