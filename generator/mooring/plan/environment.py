"""One environment as the planner and the rules see it: the merged fleet, its catalog, registries, robots, runtimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mooring.fleet import model
from mooring.fleet.environments import expiry_places, resolve
from mooring.fleet.images import ImageChanges, image_changes
from mooring.fleet.robots import Robots
from mooring.kserve.model import LLM_CONFIG, ClusterContext
from mooring.kserve.podspec import with_images
from mooring.kserve.released import mirrored, released
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan.pull_secrets import inject_pull_secrets
from mooring.problems.problem import Problem
from mooring.pulls.trace import PlacedObject, PlacedObjects, key_of
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog, shipped_versions

CLUSTER = "_cluster"


@dataclass(frozen=True, slots=True)
class ResolvedEnvironment:
    """`services` by namespace (`_cluster` for cluster-scoped ones), `namespaces` by name; `expiry_places` are where the
    environment says when robots expire; `overrides` are the names of the image overrides that applied to `context`."""

    environment: model.Environment
    fleet: model.Fleet
    catalog: Catalog
    registries: Registries
    robots: Robots
    context: ClusterContext
    image_changes: ImageChanges
    root: Path
    fleet_path: str
    services: Mapping[str, tuple[model.Service, ...]]
    namespaces: Mapping[str, model.Namespace]
    expiry_places: Mapping[str, model.Place]
    overrides: frozenset[str]

    @property
    def name(self) -> str:
        return self.environment.name

    def hosts(self, robot: model.Robot) -> tuple[str, ...]:
        """The host and the aliases of the robot's registry, each once."""
        registry = self.fleet.registry_of(robot)
        return tuple(dict.fromkeys((registry.host, *registry.aliases))) if registry is not None else ()

    def login(self, robot: model.Robot) -> str:
        """What the robot logs in as at its registry."""
        registry = self.fleet.registry_of(robot)
        return robot.full_login(registry.robot_prefix if registry is not None else "robot$")


def catalog_for(fleet: model.Fleet) -> Catalog:
    """The schemas of the versions that the fleet names."""
    versions = {
        product: wanted
        for product in ("kserve", "kubernetes", "kyverno")
        if (wanted := getattr(fleet.versions, product)) is not None
    }
    return Catalog(versions)


def resolve_environment(
    fleet: model.Fleet, environment: model.Environment, root: Path, fleet_path: str
) -> tuple[ResolvedEnvironment, list[Problem]]:
    """What `environment` makes of `fleet`."""
    merged, problems = resolve(fleet, environment)
    catalog = catalog_for(merged)
    registries = _registries(merged)
    change = image_changes(fleet, merged, environment)
    services: dict[str, list[model.Service]] = {namespace.name: [] for namespace in merged.namespaces}
    for service in merged.services:
        services.setdefault(service.namespace or CLUSTER, []).append(service)
    robots = Robots(merged, registries)
    context, overrides = _context(merged, catalog, robots, change)
    return (
        ResolvedEnvironment(
            environment, merged, catalog, registries, robots, context, change, root, fleet_path,
            {name: tuple(found) for name, found in services.items()},
            {item.name: item for item in reversed(merged.namespaces)},
            expiry_places(environment), overrides,
        ),
        problems,
    )  # fmt: skip


def _registries(fleet: model.Fleet) -> Registries:
    """The fleet's registries, with the projects that its robots pull from."""
    projects: dict[str, set[str]] = {}
    for robot in fleet.robots:
        if (registry := fleet.registry_of(robot)) is not None:
            projects.setdefault(registry.name, set()).update(robot.all_projects)
    found = (
        Registry(
            name=item.name,
            hosts=tuple(dict.fromkeys((item.host, *item.aliases))),
            public_projects=frozenset(item.public_projects),
            robot_prefix=item.robot_prefix,
            projects=frozenset(projects.get(item.name, set())),
        )
        for item in fleet.registries
    )
    return Registries(tuple(found), fleet.policies.other_registries)


def _context(
    fleet: model.Fleet, catalog: Catalog, robots: Robots, change: ImageChanges
) -> tuple[ClusterContext, frozenset[str]]:
    """What of the fleet counts for other entries' pods, in the environment's images; and the overrides that applied."""
    overrides: set[str] = set()
    platform: dict[str, str] = {}
    for key, image in fleet.platform.images.items():
        platform[key], names = change.changed(image)
        overrides.update(names)
    runtimes = []
    for obj in _objects(fleet, catalog, ("ServingRuntime", "ClusterServingRuntime")):
        data, names = _with_images(obj.data, change) if change else (obj.data, ())
        runtimes.append(data)
        overrides.update(names)
    context = ClusterContext.of(runtimes, platform_images=platform)
    configs = [inject_pull_secrets(obj, context, robots, change)[0] for obj in _objects(fleet, catalog, (LLM_CONFIG,))]
    overrides.update(name for config in configs for name in config.overrides)
    release = fleet.versions.kserve if fleet.versions.kserve in shipped_versions("kserve") else None
    said = ClusterContext(release=release or "", mode=fleet.platform.deployment_mode or "")
    own = ClusterContext.of(config.data for config in configs).beside(context).beside(said)
    if fleet.platform.runtimes == "released":
        own = own.beside(mirrored(released(catalog.versions["kserve"]), platform))
    return own, frozenset(overrides)


def _objects(fleet: model.Fleet, catalog: Catalog, kinds: tuple[str, ...]) -> Iterator[ServiceObject]:
    for service in fleet.services:
        if service.spec is not None and service.kind in kinds:
            obj = from_spec(service, catalog)
            if isinstance(obj, ServiceObject):
                yield obj


def _with_images(runtime: Mapping[str, Any], change: ImageChanges) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """A runtime whose images are those of the environment, and the names of the overrides that applied."""
    overrides: dict[str, None] = {}

    def changed(written: str) -> str:
        image, names = change.changed(written)
        overrides.update(dict.fromkeys(names))
        return image

    return with_images(runtime, changed), tuple(overrides)


def placed_runtimes(resolved: ResolvedEnvironment) -> PlacedObjects:
    """What of the fleet a pod takes in from another entry: the runtimes."""
    found = PlacedObjects()
    runtimes = resolved.context.runtimes
    spaces = {namespace or CLUSTER for namespace, _ in runtimes}
    places = {
        (where, service.kind, service.name): service.place
        for where in spaces
        for service in resolved.services.get(where, ())
    }
    for (namespace, name), data in runtimes.items():
        place = places.get((namespace or CLUSTER, str(data.get("kind")), name))
        if place is not None:
            found[key_of(data)] = PlacedObject(data, place.source, place.route)
    return found
