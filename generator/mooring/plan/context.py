"""What of a fleet counts for other entries' pods: runtimes, bases of LLM services, and KServe's and Knative's settings.

What is written as `spec:` is known to the whole environment. Of what teams keep under `manifests:`, a namespace's objects
count there; those of the cluster and of the namespaces of KServe and Knative count everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mooring.fleet import model
from mooring.fleet.images import ImageChanges
from mooring.fleet.robots import Robots
from mooring.kserve.model import LLM_CONFIG, ClusterContext
from mooring.kserve.platform import SYSTEM
from mooring.kserve.podspec import with_images
from mooring.kserve.released import mirrored, released
from mooring.manifests.kept import Manifests, read
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan.pull_secrets import inject_pull_secrets
from mooring.pulls.inventory import KNATIVE, collect
from mooring.pulls.said import RUNTIMES
from mooring.schema.catalog import Catalog, shipped_versions

_EVERYWHERE = frozenset({None, SYSTEM, KNATIVE[0]})
_FOR_OTHERS = frozenset({*RUNTIMES, LLM_CONFIG})


class FleetContext(NamedTuple):
    """The context of an environment; `overrides` are the names of the image overrides that applied to it, `skipping` the
    hosts whose tags Knative leaves alone."""

    context: ClusterContext
    overrides: frozenset[str]
    skipping: frozenset[str]


def fleet_context(fleet: model.Fleet, catalog: Catalog, robots: Robots, change: ImageChanges, root: Path) -> FleetContext:
    """What of the fleet counts in every namespace, in the environment's images; problems of manifests are said with them."""
    overrides: set[str] = set()
    images: dict[str, str] = {}
    for key, image in fleet.platform.images.items():
        images[key], names = change.changed(image)
        overrides.update(names)
    kept = [
        read(service, root, catalog)[0]
        for service in fleet.services
        if service.manifests is not None and service.namespace in _EVERYWHERE
    ]
    release = fleet.versions.kserve if fleet.versions.kserve in shipped_versions("kserve") else None
    said = ClusterContext(platform=images, release=release or "", mode=fleet.platform.deployment_mode or "")
    if fleet.platform.runtimes == "released":
        said = said.beside(mirrored(released(catalog.versions["kserve"]), images))
    own, applied = _placed(_of_specs(fleet, catalog), said, robots, change)
    context = with_kept(own, kept, robots, change)
    objects = [obj.data for one in kept for obj in one.subjects]
    return FleetContext(context, frozenset(overrides | applied), collect(objects).skipping)


def with_kept(
    context: ClusterContext, kept: Iterable[Manifests], robots: Robots, change: ImageChanges
) -> ClusterContext:  # fmt: skip
    """The context, and before it what of these manifests counts for other objects' pods."""
    kept = list(kept)
    taken_as_they_are = ClusterContext.of(other.data for one in kept for other in one.others)
    return _placed([obj for one in kept for obj in one.subjects], taken_as_they_are.beside(context), robots, change)[0]


def _placed(
    objects: Iterable[ServiceObject], context: ClusterContext, robots: Robots, change: ImageChanges
) -> tuple[ClusterContext, frozenset[str]]:
    """The context with these objects before it, as they are rendered; and the overrides that applied to them."""
    configs, others = [], []
    overrides: set[str] = set()
    for obj in objects:
        if obj.info.kind == LLM_CONFIG:
            configs.append(obj)
        elif obj.info.kind in RUNTIMES:
            data, names = _with_images(obj.data, change)
            others.append(data)
            overrides.update(names)
        else:
            others.append(obj.data)
    known = ClusterContext.of(others).beside(context)
    injected = [inject_pull_secrets(obj, known, robots, change)[0] for obj in configs]
    overrides.update(name for config in injected for name in config.overrides)
    return ClusterContext.of(config.data for config in injected).beside(known), frozenset(overrides)


def counts_elsewhere(service: model.Service) -> bool:
    """Whether a service may count for the pods of others than itself, beyond its own namespace too."""
    return service.kind in _FOR_OTHERS or (service.manifests is not None and service.namespace in _EVERYWHERE)


def _of_specs(fleet: model.Fleet, catalog: Catalog) -> Iterator[ServiceObject]:
    """The runtimes and bases that the fleet file writes."""
    for service in fleet.services:
        if service.spec is not None and service.kind in _FOR_OTHERS:
            obj = from_spec(service, catalog)
            if isinstance(obj, ServiceObject):
                yield obj


def _with_images(runtime: Mapping[str, Any], change: ImageChanges) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """A runtime whose images are those of the environment, and the names of the overrides that applied."""
    if not change:
        return runtime, ()
    overrides: dict[str, None] = {}

    def changed(written: str) -> str:
        image, names = change.changed(written)
        overrides.update(dict.fromkeys(names))
        return image

    return with_images(runtime, changed), tuple(overrides)
