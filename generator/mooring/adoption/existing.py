"""A fleet that is there already, as what its environments have: what is adopted is put beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.adoption.apart import NONE
from mooring.adoption.comparing import is_same
from mooring.adoption.pairing import PairedRegistry, PairedRobot
from mooring.adoption.survey import AdoptedRobot, AdoptedService, Identity, Survey
from mooring.fleet import model
from mooring.fleet.environments import environments
from mooring.fleet.images import ImageChanges
from mooring.fleet.load import Loaded
from mooring.fleet.robots import is_open
from mooring.kserve.model import OBJECT, ClusterContext
from mooring.kserve.pods import pods
from mooring.manifests.paths import InputObject
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan.environment import CLUSTER, ResolvedEnvironment, catalog_for, resolve_environment
from mooring.plan.services import plan_services
from mooring.problems.routes import as_text, get
from mooring.redaction import quote, titled


@dataclass(slots=True)
class Existing:
    """The fleet: its registries and robots as they are paired, what each environment has, and each service as the fleet
    itself writes it. `kept` are the services that only some environments have, by the name of their entry."""

    loaded: Loaded
    registries: list[PairedRegistry] = field(default_factory=list)
    robots: list[PairedRobot] = field(default_factory=list)
    surveys: dict[str, Survey] = field(default_factory=dict)
    changes: dict[str, ImageChanges] = field(default_factory=dict)
    bases: dict[Identity, AdoptedService] = field(default_factory=dict)
    kept: set[Identity] = field(default_factory=set)
    namespaces: set[str] = field(default_factory=set)
    limited: set[str] = field(default_factory=set)

    def knows(self, identity: Identity) -> bool:
        """Whether an object of the name is in the fleet, in whatever environment."""
        in_some = any(identity in one.services for one in self.surveys.values())
        return identity in self.bases or bool(self.entry_of(identity)) or in_some

    def entry_of(self, identity: Identity) -> str:
        """The name of the entry of a service that only some environments have; empty where there is none."""
        namespace, kind, name = identity
        names = (name, f"{name}-{kind.lower()}")
        return next((one for one in names if (namespace, kind, one) in self.kept), "")


def existing(loaded: Loaded) -> Existing:
    """What the fleet has."""
    fleet = loaded.fleet
    if fleet is None:
        raise ValueError("a fleet that was not built")
    found = Existing(loaded, namespaces={one.name for one in fleet.namespaces})
    found.registries = [PairedRegistry(one.name, base=one.host) for one in fleet.registries]
    by_name = {one.name: one for one in found.registries}
    for robot in fleet.robots:
        registry = fleet.registry_of(robot)
        if registry is not None:
            paired = PairedRobot(by_name[registry.name], name=robot.name, base=_robot(robot, registry.host))
            found.robots.append(paired)
    for environment in environments(fleet):
        resolved, _ = resolve_environment(fleet, environment, loaded.root, loaded.path)
        name = environment.name if fleet.environments else ""
        _environment(found, resolved, name)
        if environment.namespaces is not None:
            found.limited.add(name)
    catalog = catalog_for(fleet)
    for service in fleet.services:
        if service.manifests == NONE:
            found.kept.add(service.identity)
        obj = from_spec(service, catalog) if service.spec is not None else None
        if isinstance(obj, ServiceObject):
            robots = [one.base for one in found.robots if one.base and one.name in (service.robots or ())]
            found.bases[service.identity] = AdoptedService(_item(obj), obj.info, robots, _images(obj, obj.data, None))
    return found


def _robot(robot: model.Robot, host: str) -> AdoptedRobot:
    namespaces = set(robot.namespaces or ())
    return AdoptedRobot(
        host, robot.secret, True, set(robot.all_projects), namespaces, {robot.login} if robot.login else set()
    )


def _environment(found: Existing, resolved: ResolvedEnvironment, name: str) -> None:
    """Adds what an environment of the fleet has."""
    fleet = resolved.fleet
    survey = Survey(name, {one.host: 0 for one in fleet.registries}, declared={one.name for one in fleet.namespaces})
    robots = {}
    for registry in found.registries:
        registry.hosts[name] = next(one.host for one in fleet.registries if one.name == registry.name)
    for paired in found.robots:
        robot = resolved.robots.by_name[paired.name]
        robots[paired.name] = paired.by_environment[name] = _robot(robot, paired.registry.hosts[name])
    survey.robots = [*robots.values()]
    for where in resolved.services:
        for injected in plan_services(resolved, where, where).injected:
            obj = injected.original
            identity = ("" if where == CLUSTER else where, obj.info.kind, obj.name)
            used = [robots[one] for one in obj.service.robots or () if one in robots]
            images = _images(obj, injected.data, resolved)
            survey.services[identity] = AdoptedService(_item(obj, injected.data), obj.info, used, images)
    found.surveys[name], found.changes[name] = survey, resolved.image_changes


def _item(obj: ServiceObject, data: Any = None) -> InputObject:
    return InputObject(obj.data if data is None else data, obj.source, obj.base, None)


def _images(obj: ServiceObject, data: Any, resolved: ResolvedEnvironment | None) -> dict[Any, str]:
    """The images that the object writes itself."""
    context = resolved.context if resolved is not None else ClusterContext()
    images = (image for pod in pods(data, obj.info, context) for image in pod.images if image.owner == OBJECT)
    return {image.route: as_text(get(data, image.route)) for image in images}


def beside(found: Existing, given: Sequence[Survey], notes: list[str]) -> list[Survey]:
    """What all environments have: what the fleet has of each, and what of the manifests is new; notes say what differs."""
    surveys = dict(found.surveys)
    for survey in given:
        own = surveys.get(survey.environment)
        surveys[survey.environment] = survey if own is None else _both(found, own, survey, notes)
    return [*surveys.values()]


def _both(found: Existing, own: Survey, given: Survey, notes: list[str]) -> Survey:
    """What the fleet has of an environment, and behind it what of the manifests is new."""
    of_fleet = {(robot.host, robot.secret): robot for robot in own.robots}
    services = dict(own.services)
    where = f" of {quote(own.environment, 'name')}" if own.environment else ""
    for identity, service in given.services.items():
        what = f"{titled(identity[1], identity[2])}{where}"
        if identity in services:
            if not is_same(service.data, services[identity].data):
                notes.append(f"{what} is in the fleet already and differs from the manifests: the fleet's stays")
            continue
        if identity in found.bases:
            notes.append(f"{what} is in the fleet already, whose environment does not have its namespace")
            continue
        robots = [of_fleet.get((robot.host, robot.secret), robot) for robot in service.robots]
        services[identity] = AdoptedService(service.item, service.info, robots, service.images)
    for robot in given.robots:
        same = of_fleet.get((robot.host, robot.secret))
        if same is not None:
            notes += _lacking(found, own.environment, same, robot)
    registries = {
        **own.registries,
        **{host: count for host, count in given.registries.items() if host not in own.registries},
    }
    robots = [*own.robots, *(robot for robot in given.robots if (robot.host, robot.secret) not in of_fleet)]
    return Survey(own.environment, registries, robots, services, given.lost, own.declared)


def _lacking(found: Existing, environment: str, own: AdoptedRobot, given: AdoptedRobot) -> Iterator[str]:
    """What the manifests need of a robot of the fleet that it does not have."""
    robot = next(one for one in found.robots if one.by_environment.get(environment) is own)
    projects = sorted(given.projects - own.projects)
    fleet = found.loaded.fleet
    said = next(one for one in fleet.robots if one.name == robot.name) if fleet is not None else None
    closed = [one for one in sorted(given.namespaces) if own.namespaces and said is not None and not is_open(said, one)]
    for key, missing in (("projects", projects), ("namespaces", [one for one in closed if one not in own.namespaces])):
        if missing:
            listed = ", ".join(quote(one, "name") for one in missing)
            yield f"robot {quote(robot.name, 'name')} is in the fleet already, without {listed} under `{key}`"
