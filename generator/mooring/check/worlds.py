"""Given objects → the clusters that they make. No Secret, account or runtime of one serves a pod of another.

A Kustomize root is a cluster of its own, and so is what the fleet renders for one environment; loose files make one more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mooring.files import display_path, real
from mooring.manifests.paths import InputObject
from mooring.problems.routes import as_text, get
from mooring.pulls.inventory import Inventory, collect
from mooring.redaction import quote

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

# The folder of an environment in a rendered tree.
_TREE = re.compile(r"(?:^|/)overlays/([^/]+)(?:/|$)")
# The roots that mooring renders apart, because they are applied one after the other: all of one environment's are its own.
_PART = re.compile(r"((?:^|/)overlays/[^/]+)/(?:_cluster|[^/]+/(?:access|services))$")
LOOSE = "the files outside of Kustomize roots"


@dataclass(frozen=True, slots=True)
class World:
    """The objects of one cluster, what they show of it, and how it is called in messages."""

    title: str
    objects: Sequence[InputObject]
    inventory: Inventory


def worlds(
    given: Sequence[InputObject],
    resolved: ResolvedEnvironment | None,
    by_environment: Mapping[str, ResolvedEnvironment],
) -> list[World]:
    """The clusters that the objects make in an environment; without a fleet (`resolved` is None), all that they make."""
    kept = _kept_by_fleet(resolved) if resolved is not None else set[Path]()
    groups: dict[str, tuple[str, list[InputObject]]] = {}
    places: dict[Path | None, _Place] = {}
    for item in given:
        if item.path not in places:
            places[item.path] = _Place.of(item, resolved, kept)
        place = places[item.path]
        if resolved is None or (not place.kept and _belongs_to(resolved, item, place, by_environment)):
            groups.setdefault(place.cluster, (place.title, []))[1].append(item)
    return [World(title, items, collect(item.data for item in items)) for title, items in groups.values()]


class _Place(NamedTuple):
    """Where a file or root stands: in which cluster, and how that is called; in which environment's folder of overlays; and
    whether below something that the fleet itself takes in."""

    cluster: str
    title: str
    environment: str | None = None
    kept: bool = False

    @classmethod
    def of(cls, item: InputObject, resolved: ResolvedEnvironment | None, kept: set[Path]) -> _Place:
        """`kept` is what the fleet takes in."""
        if item.path is None:
            return cls("", LOOSE)
        place = real(item.path)
        fleet = real(resolved.root) if resolved is not None else None
        own = place.relative_to(fleet) if fleet is not None and place.is_relative_to(fleet) else None
        found = _TREE.search((own or item.path).as_posix())
        environment = found[1] if found else None
        below = place in kept or any(parent in kept for parent in place.parents)
        if own is not None and resolved is not None and own.parts[:2] == ("overlays", resolved.name):
            return cls("overlays", "the rendered tree", environment, below)
        if item.root is None:
            return cls("", LOOSE, environment, below)
        if (part := _PART.search(place.as_posix())) is not None:
            tree = place.as_posix()[: part.end(1)]
            return cls(tree, f"the rendered tree {quote(display_path(Path(tree)), 'file')}", environment, below)
        return cls(str(place), f"root {quote(item.root, 'file')}", environment, below)


def _belongs_to(
    resolved: ResolvedEnvironment, item: InputObject, place: _Place, by_environment: Mapping[str, ResolvedEnvironment]
) -> bool:
    """A file of a rendered tree belongs to its environment; any other, to the environments that have its namespace."""
    if place.environment in by_environment:
        return place.environment == resolved.name
    namespace = as_text(get(item.data, ("metadata", "namespace")))
    if namespace in resolved.namespaces:
        return True
    # It belongs to every environment where none has the namespace.
    return not any(namespace in other.namespaces for other in by_environment.values())


def _kept_by_fleet(resolved: ResolvedEnvironment) -> set[Path]:
    """The files and folders that services name under `manifests:`: their overlays write their namespaces and lists, and are
    checked instead."""
    return {
        real(Path(service.place.source.path).absolute().parent / service.manifests)
        for service in resolved.fleet.services
        if service.manifests is not None and service.place is not None
    }
