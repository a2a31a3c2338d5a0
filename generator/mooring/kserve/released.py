"""What a release of KServe installs beside its controllers: ClusterServingRuntimes, and the presets of LLM services.

Derived with the schemas (`schemas/make/released.py`). A cluster may lack them or have its own of their names: an object at
hand and one of the fleet come first.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from mooring.files.data import data_dir, data_files, data_text
from mooring.kserve.model import LLM_CONFIG, ClusterContext, Pod, Released
from mooring.kserve.platform import SYSTEM
from mooring.kserve.podspec import with_images
from mooring.registry.reference import pulled


@functools.cache
def released(version: str, *, assumed: bool = False) -> ClusterContext:
    """The runtimes and presets of a minor version (`0.20`); none of one that is not known.

    Where the cluster is only `assumed` to have them, KServe's choice among runtimes falls on one at hand first.
    """
    path = data_dir("schemas") / "released" / f"kserve-{version}.json"
    if path not in data_files("schemas", "released/*.json"):
        return ClusterContext()
    found = json.loads(data_text(path))

    def named(kind: str) -> dict[tuple[str, str], Mapping[str, Any]]:
        objects = [Released({"kind": kind, **data}, version, assumed=assumed) for data in found[kind].values()]
        return {(data["metadata"].get("namespace", ""), data["metadata"]["name"]): data for data in objects}

    return ClusterContext(runtimes=named("ClusterServingRuntime"), configs=named(LLM_CONFIG))


def release_of(data: Mapping[str, Any] | None) -> str | None:
    """The release that an object is of; None where it is at hand, or the fleet's."""
    return data.release if isinstance(data, Released) else None


def taken(pod: Pod, context: ClusterContext) -> list[Mapping[str, Any]]:
    """The objects of a release that a pod takes in: its runtime, and the presets that bring its images."""
    presets = {image.owner.rpartition("/")[2] for image in pod.images if image.owner.startswith(f"{LLM_CONFIG}/")}
    found = [pod.runtime, *(context.configs.get((SYSTEM, name)) for name in sorted(presets))]
    return [data for data in found if data is not None and release_of(data) is not None]


def mirrored(objects: ClusterContext, images: Mapping[str, str]) -> ClusterContext:
    """The same with the images that a cluster has instead: `images` are by the released ones, with their tag, or without one
    where each tag is mirrored under its own name."""
    mirrors = {_key(image): mirror for image, mirror in images.items() if "/" in image}
    if not mirrors:
        return objects

    def of_release(data: Mapping[str, Any]) -> Mapping[str, Any]:
        found = with_images(data, lambda image: _mirror(image, mirrors))
        return Released(found, data.release, assumed=data.assumed) if isinstance(data, Released) else found

    runtimes, configs = (
        {place: of_release(data) for place, data in named.items()} for named in (objects.runtimes, objects.configs)
    )
    return ClusterContext(runtimes=runtimes, configs=configs)


def _key(image: str) -> tuple[str, str]:
    """An image as it is compared: its repository in full, and its tag and digest."""
    reference = pulled(image)
    if reference is None:
        return image, ""
    return reference.repository, ":".join(filter(None, (reference.tag, reference.digest)))


def _mirror(image: str, mirrors: Mapping[tuple[str, str], str]) -> str:
    repository, version = _key(image)
    exact = mirrors.get((repository, version))
    if exact is not None:
        return exact
    any_tag = mirrors.get((repository, ""))
    return f"{any_tag}:{version}" if any_tag is not None else image
