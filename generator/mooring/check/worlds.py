"""Given objects → the clusters that they make. No Secret, account or runtime of one serves a pod of another.

A Kustomize root is a cluster of its own, and so is what the fleet renders for one environment; loose files make one more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mooring.files import display_path, real
from mooring.manifests.paths import InputObject
from mooring.problems.routes import as_text, get
from mooring.pulls.deciding import is_deciding
from mooring.pulls.inventory import Inventory, collect
from mooring.redaction import quote

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

# The folder of an environment in a rendered tree.
_TREE = re.compile(r"(?:^|/)overlays/([^/]+)(?:/|$)")
# The roots that mooring renders apart, because they are applied one after the other: all of one environment's are its own.
_PART = re.compile(r"((?:^|/)overlays/[^/]+)/(?:_cluster|[^/]+/(?:access|services))$")
LOOSE = "the files outside of Kustomize roots"


@dataclass(slots=True)
class Cluster:
    """What is known of a cluster beside its `Survey.deciding` objects: how it is called in messages, the namespaces of its
    objects, and whether a part of it was not seen."""

    title: str
    namespaces: set[str] = field(default_factory=set)
    is_partial: bool = False


@dataclass(slots=True)
class Survey:
    """What of objects counts for others: their clusters in each of the environments that are judged, in the order in which
    they come up, and those of them that decide over others' pods. It is all that processes tell each other."""

    clusters: tuple[dict[str, Cluster], ...]
    deciding: list[InputObject] = field(default_factory=list)

    def add(self, other: Survey) -> None:
        """Takes in what further objects say."""
        for mine, theirs in zip(self.clusters, other.clusters, strict=True):
            for key, cluster in theirs.items():
                known = mine.setdefault(key, Cluster(cluster.title))
                known.namespaces |= cluster.namespaces
                known.is_partial |= cluster.is_partial
        self.deciding += other.deciding


@dataclass(frozen=True, slots=True)
class World:
    """The objects of one cluster that are to be judged; what decides over them, and what that shows of the cluster."""

    key: str
    cluster: Cluster
    objects: Sequence[InputObject]
    deciding: Sequence[InputObject]
    inventory: Inventory


Environments = Mapping[str, "ResolvedEnvironment"]


def survey(
    given: Sequence[InputObject], judged: Sequence[ResolvedEnvironment | None], by_environment: Environments
) -> Survey:
    """What the objects say of their clusters, in each environment that is `judged`; None there is for no fleet."""
    found = []
    for resolved in judged:
        clusters: dict[str, Cluster] = {}
        for key, (title, items) in _grouped(given, resolved, by_environment).items():
            namespaces = {as_text(get(item.data, ("metadata", "namespace"))) for item in items}
            clusters[key] = Cluster(title, namespaces, any(item.is_partial for item in items))
        found.append(clusters)
    return Survey(tuple(found), [item for item in given if is_deciding(item.data)])


def worlds(
    given: Sequence[InputObject],
    around: Survey,
    number: int,
    resolved: ResolvedEnvironment | None,
    by_environment: Environments,
) -> list[World]:
    """The clusters that the objects `around` make in an environment, the one of that `number` in the survey, each with those
    of the objects given that are in it; without a fleet (`resolved` is None), all that they make."""
    own, deciding = (_grouped(some, resolved, by_environment) for some in (given, around.deciding))
    nothing: tuple[str, list[InputObject]] = ("", [])
    return [
        World(key, cluster, own.get(key, nothing)[1], (beside := deciding.get(key, nothing)[1]),
              collect(item.data for item in beside))
        for key, cluster in around.clusters[number].items()
    ]  # fmt: skip


def _grouped(
    given: Sequence[InputObject], resolved: ResolvedEnvironment | None, by_environment: Environments
) -> dict[str, tuple[str, list[InputObject]]]:
    """The objects by the cluster of an environment that they are in, each with what that is called."""
    kept = _kept_by_fleet(resolved) if resolved is not None else set[Path]()
    groups: dict[str, tuple[str, list[InputObject]]] = {}
    places: dict[Path | None, _Place] = {}
    for item in given:
        if item.path not in places:
            places[item.path] = _Place.of(item, resolved, kept)
        place = places[item.path]
        if resolved is None or (not place.kept and _belongs_to(resolved, item, place, by_environment)):
            groups.setdefault(place.cluster, (place.title, []))[1].append(item)
    return groups


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
