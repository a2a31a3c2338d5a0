"""The services of the environments → entries of the fleet, and what each environment says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mooring.adoption.apart import NONE, NONE_TEXT, path_of, text_of
from mooring.adoption.commenting import has_unfit, of_entry
from mooring.adoption.existing import Existing
from mooring.adoption.fleetfile import Draft, Entry
from mooring.adoption.overrides import base_of, image_changes, image_overrides, override, own_metadata, shared
from mooring.adoption.pairing import PairedRegistry, PairedRobot
from mooring.adoption.survey import AdoptedService, Identity, Survey
from mooring.fleet.formats import FORMATS
from mooring.fleet.images import ImageChanges
from mooring.fleet.merge import dropped
from mooring.redaction import quote, shown, titled
from mooring.yaml.comments import Comment


@dataclass(slots=True)
class Unfit:
    """What was found not to come out as it was: services to be kept as manifests (with the reason), and environments in
    which an image override makes something else of an image."""

    services: dict[Identity, str] = field(default_factory=dict)
    images: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Composed:
    """The parts while they are put together; `entries` are the environments', `known` is a fleet that is there already."""

    surveys: Sequence[Survey]
    registries: Sequence[PairedRegistry]
    robots: Sequence[PairedRobot]
    draft: Draft
    entries: dict[str, dict[str, Any]]
    known: Existing | None = None
    comments: dict[str, list[Comment]] = field(default_factory=dict)

    def robot_names(self, service: AdoptedService, environment: str) -> list[str]:
        """The fleet's names of the robots that pull a service's images."""
        return [
            robot.name for used in service.robots for robot in self.robots if robot.by_environment.get(environment) is used
        ]

    def add(self, environment: str, plural: str, entry: Mapping[str, Any]) -> None:
        self.entries[environment].setdefault(plural, []).append(dict(entry))

    def is_there(self, environment: str) -> bool:
        """Whether the fleet has the environment already."""
        return self.known is not None and environment in self.known.surveys


def add_services(composed: Composed, unfit: Unfit) -> None:
    """The services: each one for all environments that have its namespace, or with a file for each that has it."""
    known = composed.known
    found: dict[Identity, dict[str, AdoptedService]] = {}
    for survey in composed.surveys:
        for identity, service in survey.services.items():
            found.setdefault(identity, {})[survey.environment] = service
    bases, apart = _sorted(composed, found, unfit)
    changes = _changes(composed, bases, unfit)
    kinds = Counter((namespace, name) for namespace, _, name in found)
    fresh = [services for identity, services in found.items() if known is None or not known.knows(identity)]
    unfit_comments = (one for services in fresh for one in services.values() if has_unfit(one))
    composed.draft.notes += dict.fromkeys(map(_left_behind, unfit_comments))
    for identity, services in found.items():
        is_alone = kinds[identity[::2]] == 1
        if known is not None and known.knows(identity):
            there = {name for name, one in known.surveys.items() if identity in one.services}
            new = {name: service for name, service in services.items() if name not in there}
            _again(composed, known, identity, new, changes, is_alone=is_alone)
        elif identity in apart:
            _apart(composed, services, apart[identity], is_alone=is_alone)
        else:
            _service(composed, bases[identity], services, changes, is_alone=is_alone)


def _sorted(
    composed: Composed, found: Mapping[Identity, Mapping[str, AdoptedService]], unfit: Unfit
) -> tuple[dict[Identity, AdoptedService], dict[Identity, str]]:
    """The object that each service is written as, those of the fleet too; and why others are kept for each environment."""
    known = composed.known
    bases: dict[Identity, AdoptedService] = dict(known.bases) if known else {}
    apart: dict[Identity, str] = {}
    for identity, services in found.items():
        if known is not None and known.knows(identity):
            continue
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
    return bases, apart


def _left_behind(service: AdoptedService) -> str:
    what = titled(service.info.kind, service.name)
    return f"{what}: a comment is left behind, which may hold a credential or mean something to a tool"


def _again(
    composed: Composed,
    known: Existing,
    identity: Identity,
    new: Mapping[str, AdoptedService],
    changes: Mapping[str, ImageChanges],
    *,
    is_alone: bool,
) -> None:
    """What environments that do not have a service yet say of it, where the fleet has it in others."""
    name, base = known.entry_of(identity), known.bases.get(identity)
    for environment, here in new.items():
        what = f"{titled(identity[1], identity[2])} of {_listed([environment])}"
        if name:
            _keep(composed, environment, here, name, "the fleet has a file of it for each environment")
        elif base is None:
            composed.draft.notes.append(f"{what} is among the fleet's `manifests:` already: compare the two")
        elif any(dropped(base.data["spec"], override(base, here, changes[environment]).get("spec", {}))):
            composed.draft.notes.append(f"{what} is not written: an override of a list would take away a container")
        else:
            _override(composed, base, here, environment, changes, is_alone=is_alone)
    for survey in composed.surveys:
        is_new = not composed.is_there(survey.environment)
        if is_new and base is not None and identity not in survey.services and _has(survey, identity):
            what = titled(identity[1], identity[2])
            composed.draft.notes.append(f"{what} is in the fleet, and {_listed([survey.environment])} does not have it yet")


def _has(survey: Survey, identity: Identity) -> bool:
    """Whether the environment has the namespace of a service; every one has what stands in none."""
    return not identity[0] or identity[0] in survey.namespaces


def _listed(environments: Sequence[str]) -> str:
    return ", ".join(quote(name, "name") for name in environments)


def _changes(composed: Composed, bases: Mapping[Identity, AdoptedService], unfit: Unfit) -> dict[str, ImageChanges]:
    """What each environment makes of the images of the services; its `images:` are written."""
    changes = {}
    for survey in composed.surveys:
        environment = survey.environment
        hosts = {one.host: one.hosts.get(environment, one.host) for one in composed.registries}
        hosts = {host: there for host, there in hosts.items() if there != host}
        # An override reaches the images of manifests too, which are those of the environment already.
        pairs = [(bases.get(key, here), here) for key, here in survey.services.items()]
        if composed.known is not None and composed.is_there(environment):
            changes[environment] = composed.known.changes[environment]
            continue
        images = [] if environment in unfit.images else image_overrides(pairs, hosts)
        for entry in images:
            composed.add(environment, "images", entry)
        changes[environment] = image_changes(hosts, images)
    return changes


def _service(
    composed: Composed,
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
    head = _named(base.name, base) | {"kind": base.info.kind, "apiVersion": base.info.api_version}
    composed.draft.services.append(
        Entry(head | _robots_of(robots) | common | {"spec": base.data["spec"]}, (), of_entry(base))
    )
    for environment, here in found.items():
        _override(composed, base, here, environment, changes, is_alone=is_alone, robots=robots, common=common)


def _override(
    composed: Composed,
    base: AdoptedService,
    here: AdoptedService,
    environment: str,
    changes: Mapping[str, ImageChanges],
    *,
    is_alone: bool,
    robots: Sequence[str] | None = None,
    common: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """What an environment overrides of a service; of one that the fleet has where its robots and labels are not given."""
    if robots is None:
        robots = [robot.name for used in base.robots for robot in composed.robots if robot.base is used]
    own = composed.robot_names(here, environment)
    more: dict[str, Any] = {} if own == robots else {"robots": own}
    more |= own_metadata(here, base.data["metadata"] if common is None else common)
    more |= override(base, here, changes[environment])
    if more:
        kind = {} if is_alone else {"kind": base.info.kind}
        composed.add(environment, "services", _named(base.name, base) | kind | more)
        index, known = len(composed.entries[environment]["services"]) - 1, {*of_entry(base)}
        own_comments = [one for one in of_entry(here) if one not in known and one.route[:1] == ("spec",)]
        composed.comments.setdefault(environment, []).extend(
            one._replace(route=("services", index, *one.route)) for one in own_comments
        )


def _named(name: str, service: AdoptedService) -> dict[str, Any]:
    return {"name": name} | ({"namespace": service.namespace} if service.namespace else {})


def _robots_of(names: list[str]) -> dict[str, Any]:
    return {"robots": names} if names else {}


def _apart(composed: Composed, found: Mapping[str, AdoptedService], why: str, *, is_alone: bool) -> None:
    """A service with a manifest for each environment that has it; a note says why."""
    first = next(iter(found.values()))
    where = f"{titled(first.info.kind, first.name)} of {_listed([*found])}"
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
        _keep(composed, environment, service, name, why)


def _keep(composed: Composed, environment: str, service: AdoptedService, name: str, why: str) -> None:
    """Writes the object of one environment into a file, which the service's entry `name` has there."""
    path = path_of(service, environment)
    composed.draft.files[path] = text_of(service)
    robots = _robots_of(composed.robot_names(service, environment))
    composed.add(environment, "services", _named(name, service) | robots | {"manifests": path})
    what = f"{titled(service.info.kind, service.name)} of {_listed([environment])}"
    composed.draft.notes.append(f"{what} is kept in {shown(path, 'file')}: {why}")
