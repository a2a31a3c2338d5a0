"""One environment as the planner and the rules see it: the merged fleet, its catalog, registries, robots, runtimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mooring.fleet import model
from mooring.fleet.environments import expiry_places, resolve
from mooring.fleet.images import ImageChanges, image_changes
from mooring.fleet.robots import Robots
from mooring.kserve.model import LLM_CONFIG, ClusterContext
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan.pull_secrets import inject_pull_secrets
from mooring.problems.problem import Problem
from mooring.pulls.trace import PlacedObject, PlacedObjects, key_of
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog

CLUSTER = "_cluster"


@dataclass(frozen=True, slots=True)
class ResolvedEnvironment:
    """`services` by namespace (`_cluster` for cluster-scoped ones), `namespaces` by name; `expiry_places` are where the
    environment says when robots expire."""

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

    @property
    def name(self) -> str:
        return self.environment.name

    def hosts(self, robot: model.Robot) -> tuple[str, ...]:
        """The host and the aliases of the robot's registry, each once."""
        for registry in self.fleet.registries:
            if robot.registry in (None, registry.name):
                return tuple(dict.fromkeys((registry.host, *registry.aliases)))
        return ()

    def login(self, robot: model.Robot) -> str:
        """What the robot logs in as at its registry."""
        prefixes = [item.robot_prefix for item in self.fleet.registries if robot.registry in (None, item.name)]
        return robot.full_login(prefixes[0] if prefixes else "robot$")


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
    registries = Registries(
        tuple(
            Registry(
                name=item.name,
                hosts=tuple(dict.fromkeys((item.host, *item.aliases))),
                public_projects=frozenset(item.public_projects),
                robot_prefix=item.robot_prefix,
            )
            for item in merged.registries
        )
    )
    change = image_changes(fleet, merged, environment)
    services: dict[str, list[model.Service]] = {namespace.name: [] for namespace in merged.namespaces}
    for service in merged.services:
        services.setdefault(service.namespace or CLUSTER, []).append(service)
    platform = {name: change.image(image) for name, image in merged.platform.images.items()}
    robots = Robots(merged, registries)
    context = ClusterContext.of(_runtimes(merged, catalog, change), platform_images=platform)
    configs = [inject_pull_secrets(obj, context, robots, change)[0].data for obj in _objects(merged, catalog, (LLM_CONFIG,))]
    context = ClusterContext.of(configs).beside(context)
    return (
        ResolvedEnvironment(
            environment, merged, catalog, registries, robots, context, change, root, fleet_path,
            {name: tuple(found) for name, found in services.items()},
            {item.name: item for item in reversed(merged.namespaces)},
            expiry_places(environment),
        ),
        problems,
    )  # fmt: skip


def _runtimes(fleet: model.Fleet, catalog: Catalog, change: ImageChanges) -> list[Mapping[str, object]]:
    """The runtimes of the fleet, whose images and lists their InferenceServices' pods get."""
    kinds = ("ServingRuntime", "ClusterServingRuntime")
    return [_with_images(obj.data, change) for obj in _objects(fleet, catalog, kinds)]


def _objects(fleet: model.Fleet, catalog: Catalog, kinds: tuple[str, ...]) -> Iterator[ServiceObject]:
    for service in fleet.services:
        if service.spec is not None and service.kind in kinds:
            obj = from_spec(service, catalog)
            if isinstance(obj, ServiceObject):
                yield obj


def _with_images(runtime: Mapping[str, object], change: ImageChanges) -> Mapping[str, object]:
    def walk(value: object) -> object:
        if isinstance(value, Mapping):
            return {
                key: change.image(item) if key == "image" and isinstance(item, str) else walk(item)
                for key, item in value.items()
            }
        return [walk(item) for item in value] if isinstance(value, list) else value

    result = walk(runtime) if change else runtime
    assert isinstance(result, Mapping)  # noqa: S101 - for the type checker
    return result


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
