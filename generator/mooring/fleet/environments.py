"""What an environment makes of the fleet: a `Fleet` again, in which its overrides have been merged."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mooring.fleet import model
from mooring.fleet.build import build
from mooring.fleet.merge import dropped, merge
from mooring.problems.problem import Problem

DEFAULT = model.Environment(name="default")


def environments(fleet: model.Fleet) -> tuple[model.Environment, ...]:
    """The fleet's environments; one, named `default`, where it has none."""
    return fleet.environments or (DEFAULT,)


def resolve(fleet: model.Fleet, environment: model.Environment) -> tuple[model.Fleet, list[Problem]]:
    """The fleet as it stands in `environment`: its namespaces only, its registries, robots and services overridden."""
    raw = environment.raw
    problems: list[Problem] = []
    selected = None if environment.namespaces is None else set(environment.namespaces)
    other_registries, other_robots = _named(raw, "registries"), _named(raw, "robots")
    registries = tuple(_registry(item, other_registries.get(item.name)) for item in fleet.registries)
    robots = tuple(_item(model.Robot, item, other_robots.get(item.name)) for item in fleet.robots)
    chosen = tuple(
        service
        for service in fleet.services
        if selected is None or service.namespace is None or service.namespace in selected
    )
    versions = dataclasses.replace(
        fleet.versions, **{name: value for name, value in _fields(environment.versions) if value is not None}
    )
    resolved = dataclasses.replace(
        fleet,
        namespaces=tuple(item for item in fleet.namespaces if selected is None or item.name in selected),
        registries=registries,
        robots=robots,
        secrets=secrets_of(fleet, environment),
        services=_services(chosen, environment, problems),
        policies=policies_of(fleet, environment),
        versions=versions,
    )
    return resolved, problems


def secrets_of(fleet: model.Fleet, environment: model.Environment) -> model.Secrets:
    """Where the credentials come from in `environment`."""
    if "secrets" not in environment.raw:
        return fleet.secrets
    return build(model.Secrets, merge(_plain_secrets(fleet.secrets), environment.raw["secrets"]))


def policies_of(fleet: model.Fleet, environment: model.Environment) -> model.Policies:
    """The fleet's policies as they are in `environment`."""
    own = environment.policies
    return dataclasses.replace(
        fleet.policies,
        engine=own.engine or fleet.policies.engine,
        action=own.action or fleet.policies.action,
        rules={**_base_rules(fleet, environment), **own.rules},
    )


def _base_rules(fleet: model.Fleet, environment: model.Environment) -> dict[str, model.RulePolicy]:
    """The fleet's settings of single policies; an environment's own action is for all of them, off stays off."""
    if not environment.policies.action:
        return dict(fleet.policies.rules)
    return {name: dataclasses.replace(rule, action=None) for name, rule in fleet.policies.rules.items()}


def expiry_places(environment: model.Environment) -> dict[str, model.Place]:
    """Where the environment says when a robot expires, by the robot's name: the first time it does so."""
    if environment.place is None:
        return {}
    source, route = environment.place.source, environment.place.route
    entries = enumerate(environment.raw.get("robots", ()))
    found = [(entry.get("name"), index) for index, entry in entries if "expires" in entry]
    return {name: model.Place(source, (*route, "robots", index, "expires")) for name, index in reversed(found)}


def expiry_place(robot: model.Robot, places: Mapping[str, model.Place]) -> model.Place | None:
    """Where the robot's `expires` is written: at what the environment says of it (`expiry_places`), or at the robot."""
    place = places.get(robot.name)
    if place is not None or robot.place is None:
        return place
    return model.Place(robot.place.source, (*robot.place.route, "expires"))


def _fields(value: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]


def _named(raw: Mapping[str, Any], plural: str) -> dict[str, Mapping[str, Any]]:
    return {entry["name"]: entry for entry in raw.get(plural, ())}


def _item(cls: type[Any], item: Any, override: Mapping[str, Any] | None) -> Any:
    if override is None:
        return item
    place = item.place
    return build(cls, merge(item.raw, override), place.source if place else None, place.route if place else ())


def _registry(item: model.Registry, override: Mapping[str, Any] | None) -> model.Registry:
    if override is None:
        return item
    if override.get("host", item.host) != item.host:
        # Another host is another Harbor: the names, the CA and the API of the first one say nothing about it.
        override = {"aliases": None, "caBundle": None, "api": None, "insecure": None, **override}
    merged: model.Registry = _item(model.Registry, item, override)
    return merged


def _plain_secrets(secrets: model.Secrets) -> dict[str, Any]:
    store = {"store": {"name": secrets.store.name, "kind": secrets.store.kind}} if secrets.store else {}
    plain = {"backend": secrets.backend, "refresh": secrets.refresh, "recipients": list(secrets.recipients), **store}
    return plain | ({"certificate": secrets.certificate} if secrets.certificate is not None else {})


def _services(
    services: tuple[model.Service, ...], environment: model.Environment, problems: list[Problem]
) -> tuple[model.Service, ...]:
    """The services with the overrides of an environment; adds what is wrong with those to `problems`."""
    overrides: dict[tuple[str | None, str], list[int]] = {}
    entries = environment.raw.get("services", ())
    for index, entry in enumerate(entries):
        overrides.setdefault((entry.get("namespace"), entry["name"]), []).append(index)
    if not overrides:
        return services
    result = []
    for service in services:
        merged = service
        for index in overrides.get((service.namespace, service.name), ()):
            if entries[index].get("kind", service.kind) == service.kind:
                merged = _service(merged, environment, index, problems)
        result.append(merged)
    return tuple(result)


def _service(service: model.Service, environment: model.Environment, index: int, problems: list[Problem]) -> model.Service:
    """One service with its override; adds what is wrong with it to `problems`."""
    entry = environment.raw["services"][index]
    place = environment.place
    override = model.Place(place.source, (*place.route, "services", index)) if place else None
    for route, words in dropped(service.spec or {}, entry.get("spec", {}), ("spec",)):
        problems.append(
            Problem(
                "list-replacing-patch",
                f"the patch {words}",
                override.source if override else None,
                (*(override.route if override else ()), *route),
                at_key=True,
                hint="a merge patch replaces whole lists: repeat every entry that is to stay",
            )
        )
    base = service.place
    merged = build(model.Service, merge(service.raw, entry), base.source if base else None, base.route if base else ())
    return dataclasses.replace(merged, override=override)
