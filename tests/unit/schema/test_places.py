"""No place of an image is overlooked: each one of a kind's schema is found in a pod of the object, for every version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.schema.catalog import Catalog, KindInfo, Pattern, shipped_versions

IMAGE = "harbor.example.com/vision/detector:1"
LISTS = ("containers", "initContainers", "ephemeralContainers")


def holding(pattern: Pattern, value: Any) -> Any:
    """Nested data with `value` at the pattern."""
    if not pattern:
        return value
    inner = holding(pattern[1:], value)
    return [inner] if pattern[0] == "*" else {pattern[0]: inner}


def objects(info: KindInfo) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(where, an object with an image there and nowhere else, the image as it is found)."""
    head = {"apiVersion": info.api_version, "kind": info.kind, "metadata": {"name": "x", "namespace": "a"}}
    for spec in info.pod_specs:
        for plural in LISTS:
            place = (*spec, plural, "*", "image")
            yield ".".join(place), {**head, **holding(place, IMAGE)}, IMAGE
        reference = (*spec, "volumes", "*", "image", "reference")
        yield ".".join(reference), {**head, **holding(reference, IMAGE)}, IMAGE
    for found in info.images:
        value = IMAGE if found.form == "image" else f"oci://{IMAGE}"
        data = {**head, **holding(found.path, value)}
        if info.kind == "LLMInferenceServiceConfig":
            data["spec"]["template"] = {}  # without one, a configuration speaks of no pod
        yield ".".join(found.path), data, value


CASES = {
    f"{version}:{info.api_version}/{info.kind}:{where}": (info, data, image)
    for version in shipped_versions("kserve")
    for info in Catalog({"kserve": version}).all_kinds()
    if info.pod_specs and (info.product == "kserve" or version == shipped_versions("kserve")[-1])
    if info.product in ("kserve", "kubernetes", "knative")
    for where, data, image in objects(info)
}


def test_there_are_places() -> None:
    assert len(CASES) > 500, len(CASES)


@pytest.mark.parametrize("kind", sorted({name.rpartition(":")[0] for name in CASES}))
def test_an_image_at_each_place_of_the_schema_is_found(kind: str) -> None:
    missed = [
        name
        for name, (info, data, image) in CASES.items()
        if name.rpartition(":")[0] == kind
        and image not in {found.reference for pod in pods(data, info, ClusterContext()) for found in pod.images}
    ]
    assert missed == []
