"""One environment as the planner and the rules see it: the resolved fleet, its catalog, registries, robots, runtimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mooring.fleet import model
from mooring.fleet.environments import expiry_places, resolve
from mooring.fleet.images import Retarget, retarget
from mooring.fleet.robots import Robots
from mooring.kserve.model import LLM_CONFIG, Surroundings
from mooring.manifests.subject import Subject, from_spec
from mooring.plan.pull_secrets import wire
from mooring.problems.problem import Problem
from mooring.pulls.trace import Stand, Standing, key_of
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog

CLUSTER = "_cluster"


@dataclass(frozen=True, slots=True)
class Scene:
    """`services` by namespace (`_cluster` for cluster-scoped ones), `namespaces` by name; `expiry_places` are where the
    environment says when robots expire."""

    environment: model.Environment
    fleet: model.Fleet
    catalog: Catalog
    registries: Registries
    robots: Robots
    around: Surroundings
    retarget: Retarget
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


def scene(fleet: model.Fleet, environment: model.Environment, root: Path, fleet_path: str) -> tuple[Scene, list[Problem]]:
    """What `environment` makes of `fleet`."""
    resolved, problems = resolve(fleet, environment)
    catalog = catalog_for(resolved)
    registries = Registries(
        tuple(
            Registry(
                name=item.name,
                hosts=tuple(dict.fromkeys((item.host, *item.aliases))),
                public_projects=frozenset(item.public_projects),
                robot_prefix=item.robot_prefix,
            )
            for item in resolved.registries
        )
    )
    change = retarget(fleet, resolved, environment)
    services: dict[str, list[model.Service]] = {namespace.name: [] for namespace in resolved.namespaces}
    for service in resolved.services:
        services.setdefault(service.namespace or CLUSTER, []).append(service)
    platform = {name: change.image(image) for name, image in resolved.platform.images.items()}
    robots = Robots(resolved, registries)
    around = Surroundings.of(_runtimes(resolved, catalog, change), platform_images=platform)
    configs = [wire(subject, around, robots, change)[0].object for subject in _subjects(resolved, catalog, (LLM_CONFIG,))]
    around = Surroundings.of(configs).beside(around)
    return (
        Scene(
            environment, resolved, catalog, registries, robots, around, change, root, fleet_path,
            {name: tuple(found) for name, found in services.items()},
            {item.name: item for item in reversed(resolved.namespaces)},
            expiry_places(environment),
        ),
        problems,
    )  # fmt: skip


def _runtimes(fleet: model.Fleet, catalog: Catalog, change: Retarget) -> list[Mapping[str, object]]:
    """The runtimes of the fleet, whose images and lists their InferenceServices' pods get."""
    kinds = ("ServingRuntime", "ClusterServingRuntime")
    return [_with_images(subject.object, change) for subject in _subjects(fleet, catalog, kinds)]


def _subjects(fleet: model.Fleet, catalog: Catalog, kinds: tuple[str, ...]) -> Iterator[Subject]:
    for service in fleet.services:
        if service.spec is not None and service.kind in kinds:
            subject = from_spec(service, catalog)
            if isinstance(subject, Subject):
                yield subject


def _with_images(runtime: Mapping[str, object], change: Retarget) -> Mapping[str, object]:
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


def standing(scene: Scene) -> Stand:
    """What of the fleet a pod takes in from another entry: the runtimes."""
    found = Stand()
    runtimes = scene.around.runtimes
    spaces = {namespace or CLUSTER for namespace, _ in runtimes}
    places = {
        (where, service.kind, service.name): service.place for where in spaces for service in scene.services.get(where, ())
    }
    for (namespace, name), data in runtimes.items():
        place = places.get((namespace or CLUSTER, str(data.get("kind")), name))
        if place is not None:
            found[key_of(data)] = Standing(data, place.source, place.route)
    return found
