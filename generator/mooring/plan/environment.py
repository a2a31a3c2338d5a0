"""One environment as the planner and the rules see it: the merged fleet, its catalog, registries, robots, runtimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mooring.fleet import model
from mooring.fleet.environments import expiry_place, expiry_places, resolve
from mooring.fleet.images import ImageChanges, image_changes
from mooring.fleet.robots import Robots, granted
from mooring.kserve.model import ClusterContext
from mooring.plan.context import fleet_context
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source, Step
from mooring.pulls.trace import PlacedObject, PlacedObjects, key_of
from mooring.pulls.verdict import Pull
from mooring.redaction import quote
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog

CLUSTER = "_cluster"


@dataclass(frozen=True, slots=True)
class ResolvedEnvironment:
    """`services` by namespace (`_cluster` for cluster-scoped ones), `namespaces` by name; `expiry_places` are where the
    environment says when robots expire; `overrides` are the names of the image overrides that applied to `context`,
    which is what counts in every namespace; `skipping` are the hosts whose tags Knative leaves alone."""

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
    skipping: frozenset[str] = frozenset()

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

    def expires(self, pull: Pull) -> tuple[Source, Route] | None:
        """Where it is written until when the pull's robot is valid."""
        robot = self.robots.by_name.get(pull.robot.name) if pull.robot is not None else None
        place = expiry_place(robot, self.expiry_places) if robot is not None else None
        return (place.source, place.route) if place is not None else None

    def robot_steps(self, pull: Pull) -> Iterator[Step]:
        """Where the fleet says what the pull's robot may pull, or until when."""
        robot = self.robots.by_name.get(pull.robot.name) if pull.robot is not None else None
        if robot is None or robot.secret != pull.secret:
            return
        place = self.expires(pull) if pull.verdict == "robot-expired" else None
        if place is None:
            yield from granted([robot])
        else:
            message = f"robot {quote(robot.name, 'name')} is invalid since {pull.detail}"
            yield Step(message, source=place[0], route=place[1])

    def placed_runtimes(self) -> PlacedObjects:
        """What of the fleet a pod takes in from another entry: the runtimes."""
        found = PlacedObjects()
        runtimes = self.context.runtimes
        spaces = {namespace or CLUSTER for namespace, _ in runtimes}
        places = {
            (where, service.kind, service.name): service.place
            for where in spaces
            for service in self.services.get(where, ())
        }
        for (namespace, name), data in runtimes.items():
            place = places.get((namespace or CLUSTER, str(data.get("kind")), name))
            if place is not None:
                found[key_of(data)] = PlacedObject(data, place.source, place.route)
        return found


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
    registries = registries_of(merged)
    change = image_changes(fleet, merged, environment)
    services: dict[str, list[model.Service]] = {namespace.name: [] for namespace in merged.namespaces}
    for service in merged.services:
        services.setdefault(service.namespace or CLUSTER, []).append(service)
    robots = Robots(merged, registries)
    known = fleet_context(merged, catalog, robots, change, root)
    return (
        ResolvedEnvironment(
            environment, merged, catalog, registries, robots, known.context, change, root, fleet_path,
            {name: tuple(found) for name, found in services.items()},
            {item.name: item for item in reversed(merged.namespaces)},
            expiry_places(environment), known.overrides, known.skipping,
        ),
        problems,
    )  # fmt: skip


def registries_of(fleet: model.Fleet) -> Registries:
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
