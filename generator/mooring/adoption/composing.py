"""What the environments have → the fleet: its lists, and under `environments:` what differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.adoption.apart import NONE, NONE_TEXT, path_of, text_of
from mooring.adoption.fleetfile import Draft, Entry
from mooring.adoption.overrides import base_of, image_changes, image_overrides, override, own_metadata, shared
from mooring.adoption.pairing import PairedRegistry, PairedRobot, pair_registries, pair_robots
from mooring.adoption.survey import AdoptedRobot, AdoptedService, Identity, Survey
from mooring.fleet.formats import FORMATS
from mooring.fleet.images import ImageChanges
from mooring.redaction import quote, shown

_NO_HOST = "no image of a private registry, and no Secret that names one: write your Harbor's host"
_EXPIRY = "when it expires; Harbor shows it"
_STANDS = "its Secret; that it stands in these namespaces is taken from the pods that name it"


@dataclass(slots=True)
class Unfit:
    """What was found not to come out as it was: services to be kept as manifests (with the reason), and environments in
    which an image override makes something else of an image."""

    services: dict[Identity, str] = field(default_factory=dict)
    images: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Composed:
    """The parts while they are put together; `entries` are the environments'."""

    surveys: Sequence[Survey]
    registries: Sequence[PairedRegistry]
    robots: Sequence[PairedRobot]
    draft: Draft
    entries: dict[str, dict[str, Any]]

    def robot_names(self, service: AdoptedService, environment: str) -> list[str]:
        """The fleet's names of the robots that pull a service's images."""
        return [
            robot.name for used in service.robots for robot in self.robots if robot.by_environment.get(environment) is used
        ]

    def add(self, environment: str, plural: str, entry: Mapping[str, Any]) -> None:
        self.entries[environment].setdefault(plural, []).append(dict(entry))


def compose(surveys: Sequence[Survey], unfit: Unfit) -> Draft:
    """The fleet of all environments; one without a name is the fleet itself."""
    registries = pair_registries(surveys)
    robots = pair_robots(surveys, registries)
    composed = _Composed(surveys, registries, robots, Draft(), {one.environment: {} for one in surveys})
    spaces = sorted({namespace for one in surveys for namespace in one.namespaces})
    for here in surveys:
        if here.namespaces != spaces:
            composed.entries[here.environment]["namespaces"] = here.namespaces
    _registries(composed)
    _robots(composed)
    composed.draft.namespaces = [Entry({"name": name, "manage": False}) for name in spaces]
    _services(composed, unfit)
    if surveys[0].environment:
        composed.draft.environments = [
            Entry({"name": name, **{key: entry[key] for key in _ORDER if key in entry}})
            for name, entry in composed.entries.items()
        ]
    return composed.draft


_ORDER = ("namespaces", "registries", "robots", "images", "services")


def _registries(composed: _Composed) -> None:
    draft = composed.draft
    for one in composed.registries:
        draft.registries.append(Entry({"name": one.name, "host": one.host}))
        for environment, host in one.hosts.items():
            if host != one.host:
                composed.add(environment, "registries", {"name": one.name, "host": host})
    if not draft.registries:
        draft.registries.append(Entry({"name": "harbor", "host": "harbor.example.com"}, (_NO_HOST,)))


def _robots(composed: _Composed) -> None:
    """Each robot as the first environment has it, and what differs in the others; closed where one does not have it."""
    for robot in composed.robots:
        first = robot.first
        entry = {"name": robot.name, "registry": robot.registry.name, **_robot(first), "expires": "never"}
        missing = (_EXPIRY,) if all(one.is_at_hand for one in robot.by_environment.values()) else (_EXPIRY, _STANDS)
        composed.draft.robots.append(Entry(entry, missing))
        for survey in composed.surveys:
            here = robot.by_environment.get(survey.environment)
            more: dict[str, Any] = {}
            if here is not None:
                more = {key: value for key, value in _robot(here).items() if value != entry[key]}
            elif first.namespaces & {*survey.namespaces}:
                more = {"namespaces": []}
            if more:
                composed.add(survey.environment, "robots", {"name": robot.name, **more})


def _robot(robot: AdoptedRobot) -> dict[str, Any]:
    return {
        "projects": sorted(robot.projects), "secretName": robot.secret, "namespaces": sorted(robot.namespaces),
    }  # fmt: skip


def _services(composed: _Composed, unfit: Unfit) -> None:
    """The services: each one for all environments that have its namespace, or with a file for each that has it."""
    found: dict[Identity, dict[str, AdoptedService]] = {}
    for survey in composed.surveys:
        for identity, service in survey.services.items():
            found.setdefault(identity, {})[survey.environment] = service
    bases: dict[Identity, AdoptedService] = {}
    apart: dict[Identity, str] = {}
    for identity, services in found.items():
        lacking = [one.environment for one in composed.surveys if identity not in one.services and _has(one, identity)]
        base = base_of(services)
        if lacking:
            apart[identity] = f"{_listed(lacking)} {'does' if len(lacking) == 1 else 'do'} not have it"
        elif base is None:
            apart[identity] = "an override of a list would take away a container, or its image"
        elif identity in unfit.services:
            apart[identity] = unfit.services[identity]
        else:
            bases[identity] = services[base]
    changes = _changes(composed, bases, unfit)
    for identity, services in found.items():
        is_alone = [key[::2] for key in found].count(identity[::2]) == 1
        if identity in apart:
            _apart(composed, services, apart[identity], is_alone=is_alone)
        else:
            _service(composed, bases[identity], services, changes, is_alone=is_alone)


def _has(survey: Survey, identity: Identity) -> bool:
    """Whether the environment has the namespace of a service; every one has what stands in none."""
    return not identity[0] or identity[0] in survey.namespaces


def _listed(environments: Sequence[str]) -> str:
    return ", ".join(quote(name, "name") for name in environments)


def _changes(composed: _Composed, bases: Mapping[Identity, AdoptedService], unfit: Unfit) -> dict[str, ImageChanges]:
    """What each environment makes of the images of the services; its `images:` are written."""
    changes = {}
    for survey in composed.surveys:
        environment = survey.environment
        hosts = {one.host: one.hosts.get(environment, one.host) for one in composed.registries}
        hosts = {host: there for host, there in hosts.items() if there != host}
        # An override reaches the images of manifests too, which are those of the environment already.
        pairs = [(bases.get(key, here), here) for key, here in survey.services.items()]
        images = [] if environment in unfit.images else image_overrides(pairs, hosts)
        for entry in images:
            composed.add(environment, "images", entry)
        changes[environment] = image_changes(hosts, images)
    return changes


def _service(
    composed: _Composed,
    base: AdoptedService,
    found: Mapping[str, AdoptedService],
    changes: Mapping[str, ImageChanges],
    *,
    is_alone: bool,
) -> None:
    """One service, and what each environment overrides of it."""
    home = next(name for name, service in found.items() if service is base)
    common = shared(base, found)
    robots = composed.robot_names(base, home)
    kind = {"kind": base.info.kind}
    head = _named(base.name, base) | kind | {"apiVersion": base.info.api_version}
    composed.draft.services.append(Entry(head | _robots_of(robots) | common | {"spec": base.data["spec"]}))
    for environment, here in found.items():
        own = composed.robot_names(here, environment)
        more = {} if own == robots else {"robots": own}
        more |= own_metadata(here, common) | override(base, here, changes[environment])
        if more:
            composed.add(environment, "services", _named(base.name, base) | ({} if is_alone else kind) | more)


def _named(name: str, service: AdoptedService) -> dict[str, Any]:
    return {"name": name} | ({"namespace": service.namespace} if service.namespace else {})


def _robots_of(names: list[str]) -> dict[str, Any]:
    return {"robots": names} if names else {}


def _apart(composed: _Composed, found: Mapping[str, AdoptedService], why: str, *, is_alone: bool) -> None:
    """A service with a manifest for each environment that has it; a note says why."""
    first = next(iter(found.values()))
    kind, shown_name = shown(first.info.kind, "choice"), quote(first.name, "name")
    where = f"{kind} {shown_name} of {_listed([*found])}"
    if not first.namespace:
        composed.draft.notes.append(
            f"{where} is left out: {why}, and a fleet has what stands in no namespace in every environment"
        )
        return
    if not (FORMATS["kubernetes-name"].test(first.name) and FORMATS["kubernetes-label"].test(first.namespace)):
        composed.draft.notes.append(f"{where} is left out: its name is none that Kubernetes takes")
        return
    name = first.name if is_alone else f"{first.name}-{first.info.kind.lower()}"
    composed.draft.files[NONE] = NONE_TEXT
    composed.draft.services.append(Entry(_named(name, first) | {"kind": first.info.kind, "manifests": NONE}))
    for environment, service in found.items():
        path = path_of(service, environment)
        composed.draft.files[path] = text_of(service)
        robots = _robots_of(composed.robot_names(service, environment))
        composed.add(environment, "services", _named(name, first) | robots | {"manifests": path})
        composed.draft.notes.append(
            f"{kind} {shown_name} of {_listed([environment])} is kept in {shown(path, 'file')}: {why}"
        )
