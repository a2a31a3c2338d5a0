"""One object as several environments have it → a service of the fleet, and what an environment overrides of it.

An image that only has another tag, digest or name everywhere in an environment is an entry of its `images:`; what else
differs is a merge patch of the service there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mooring.adoption.survey import AdoptedService
from mooring.fleet import model
from mooring.fleet.images import ImageChanges
from mooring.fleet.merge import dropped
from mooring.problems.routes import put_all
from mooring.registry.reference import parse

_METADATA = ("labels", "annotations")


def patch(before: Any, after: Any) -> dict[str, Any]:
    """The JSON merge patch that makes of one mapping the other (https://www.rfc-editor.org/rfc/rfc7386)."""
    changed: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            changed |= {name: inner} if (inner := patch(old, value)) else {}
        elif name not in before or value != old or type(value) is not type(old):
            changed[name] = value
    return changed


def base_of(by_environment: Mapping[str, AdoptedService]) -> str | None:
    """The first environment whose object the others can be made of: a patch may drop no container, and no image."""
    for environment, base in by_environment.items():
        spec = base.data["spec"]
        others = (other.data["spec"] for other in by_environment.values())
        if not any(any(dropped(spec, patch(spec, other))) for other in others):
            return environment
    return None


def override(base: AdoptedService, here: AdoptedService, changes: ImageChanges) -> dict[str, Any]:
    """What an environment says of the service beside its name, images changed as the environment does; labels and
    annotations are those that `shared` leaves to it."""
    found: dict[str, Any] = {}
    if here.info.api_version != base.info.api_version:
        found["apiVersion"] = here.info.api_version
    spec = patch(changed(base, changes)["spec"], here.data["spec"])
    return {**found, "spec": spec} if spec else found


def changed(service: AdoptedService, changes: ImageChanges) -> Any:
    """The object with the images that an environment makes of its own."""
    return put_all(service.data, {route: changes.changed(image).image for route, image in service.images.items()})


def shared(base: AdoptedService, by_environment: Mapping[str, AdoptedService]) -> dict[str, dict[str, Any]]:
    """The labels and annotations that every environment has, with the values of the first: an override takes none away."""
    found: dict[str, dict[str, Any]] = {}
    for key in _METADATA:
        values = [service.data["metadata"].get(key) or {} for service in by_environment.values()]
        own = base.data["metadata"].get(key) or {}
        common = {name: value for name, value in own.items() if all(name in other for other in values)}
        found |= {key: common} if common else {}
    return found


def own_metadata(service: AdoptedService, common: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The labels and annotations of one environment that differ from the common ones."""
    found: dict[str, dict[str, Any]] = {}
    for key in _METADATA:
        said = common.get(key, {})
        values = service.data["metadata"].get(key) or {}
        more = {name: value for name, value in values.items() if name not in said or said[name] != value}
        found |= {key: more} if more else {}
    return found


def image_overrides(
    pairs: Sequence[tuple[AdoptedService, AdoptedService]], hosts: Mapping[str, str]
) -> list[dict[str, str]]:
    """An environment's `images:`; `pairs` are the services as the fleet and as the environment has them, `hosts` those of
    the registries that differ there."""
    seen: dict[str, set[tuple[_Parts, _Parts]]] = {}
    for base, here in pairs:
        for route, image in base.images.items():
            was, now = _parts(image), _parts(here.images.get(route, ""))
            if was is not None:
                # The registry's own host is changed behind the override.
                seen.setdefault(was[0], set()).add((was, (_unmoved(was[0], now[0], hosts), *now[1:]) if now else was))
    return [entry for name, found in seen.items() for entry in _override(name, found)]


_Parts = tuple[str, str, str]


def _parts(image: str) -> _Parts | None:
    """An image's name, tag and digest; None for what the kubelet cannot parse, and for other addresses."""
    rest = image.rpartition("://")[2]
    if parse(rest) is None:
        return None
    name, _, digest = rest.partition("@")
    colon = name.rfind(":")
    return (name[:colon], name[colon + 1 :], digest) if colon > name.rfind("/") else (name, "", digest)


def _unmoved(was: str, now: str, hosts: Mapping[str, str]) -> str:
    """The name as it would be on the fleet's own host, where the one that it was on is another one here."""
    host = was.partition("/")[0]
    there, slash, path = now.partition("/")
    return f"{host}{slash}{path}" if host in hosts and hosts[host] == there else now


def _override(name: str, found: set[tuple[_Parts, _Parts]]) -> Iterator[dict[str, str]]:
    """The one override that makes of every image of that name what it is there, where there is one."""
    names, tags = {now[0] for _, now in found}, {now[1:] for _, now in found}
    if len(names) != 1 or names.copy().pop().rpartition("/")[2] != name.rpartition("/")[2]:
        return
    entry = {"name": name} | ({"newName": new} if (new := names.pop()) != name else {})
    if any(was[1:] != now[1:] for was, now in found):
        tag, digest = tags.pop()
        if tags or (tag and digest) or not (tag or digest):
            return
        entry |= {"digest": digest} if digest else {"newTag": tag}
    if len(entry) > 1:
        yield entry


def image_changes(hosts: Mapping[str, str], images: Sequence[Mapping[str, str]]) -> ImageChanges:
    """What an environment with those hosts and `images:` changes."""
    found: dict[str, list[tuple[int, model.ImageOverride]]] = {}
    for index, entry in enumerate(images):
        value = model.ImageOverride(
            name=entry["name"], new_name=entry.get("newName"), new_tag=entry.get("newTag"), digest=entry.get("digest")
        )
        found.setdefault(value.name, []).append((index, value))
    compared = {reference.host_name: there for here, there in hosts.items() if (reference := parse(f"{here}/x/y"))}
    return ImageChanges(compared, found)
