"""The given objects as one environment has them: which of them are its own, and what their pods meet there."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from mooring.check.context import PullContext
from mooring.files import real
from mooring.fleet import model
from mooring.kserve.model import ClusterContext
from mooring.manifests.paths import InputObject
from mooring.plan.environment import ResolvedEnvironment, placed_runtimes
from mooring.problems.routes import as_text, get
from mooring.pulls.inventory import Inventory, collect
from mooring.pulls.trace import PlacedObject, PlacedObjects, index
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog

# The folder of an environment in a rendered tree.
_TREE = re.compile(r"(?:^|/)overlays/([^/]+)/")


class Scope:
    """The objects to check in one environment; without a fleet (`resolved` is None), all that are given."""

    def __init__(
        self,
        given: Sequence[InputObject],
        named: Sequence[Registry],
        resolved: ResolvedEnvironment | None,
        by_environment: Mapping[str, ResolvedEnvironment],
        as_of: datetime.date,
    ) -> None:
        self.resolved = resolved
        self.catalog = resolved.catalog if resolved is not None else Catalog()
        self.objects = _objects_of(resolved, given, by_environment) if resolved is not None else list(given)
        objects = [item.data for item in self.objects]
        inventory = collect(objects)
        self.skipping = inventory.skipping
        self.registries = _registries(named, inventory, resolved)
        namespaces = {as_text(get(data, ("metadata", "namespace"))) for data in objects}
        self.pull_context = PullContext(inventory, self.registries, resolved, as_of, namespaces)
        context = ClusterContext.of(objects)
        self.context = context.beside(resolved.context) if resolved is not None else context

    @property
    def environment(self) -> str | None:
        return self.resolved.name if self.resolved is not None else None

    @property
    def robots(self) -> Mapping[str, model.Robot]:
        return self.resolved.robots.by_name if self.resolved is not None else {}

    @property
    def expiry_places(self) -> Mapping[str, model.Place]:
        return self.resolved.expiry_places if self.resolved is not None else {}

    @functools.cached_property
    def placed(self) -> PlacedObjects:
        """The objects that a pull may lead to: asked for only where one would fail."""
        placed = placed_runtimes(self.resolved) if self.resolved is not None else PlacedObjects()
        placed.update(index(PlacedObject(item.data, item.source, item.base) for item in self.objects))
        return placed


def _objects_of(
    resolved: ResolvedEnvironment, given: Sequence[InputObject], by_environment: Mapping[str, ResolvedEnvironment]
) -> list[InputObject]:
    """The objects of an environment, those left out that the fleet itself takes in under `manifests:`.

    Its overlays write their namespaces and lists, and are checked instead.
    """
    kept = _kept_by_fleet(resolved)
    return [item for item in given if _belongs_to(resolved, item, by_environment) and not _is_below(item.path, kept)]


def _belongs_to(resolved: ResolvedEnvironment, item: InputObject, by_environment: Mapping[str, ResolvedEnvironment]) -> bool:
    """A file of a rendered tree belongs to its environment; any other, to the environments that have its namespace."""
    tree = _TREE.search(item.source.path if item.path is None else item.path.as_posix() + "/")
    if tree is not None and tree[1] in by_environment:
        return tree[1] == resolved.name
    namespace = as_text(get(item.data, ("metadata", "namespace")))
    if namespace in resolved.namespaces:
        return True
    # It belongs to every environment where none has the namespace.
    return not any(namespace in other.namespaces for other in by_environment.values())


def _kept_by_fleet(resolved: ResolvedEnvironment) -> set[Path]:
    """The files and folders that services name under `manifests:`."""
    return {
        real(Path(service.place.source.path).absolute().parent / service.manifests)
        for service in resolved.fleet.services
        if service.manifests is not None and service.place is not None
    }


def _is_below(path: Path | None, folders: set[Path]) -> bool:
    if path is None or not folders:
        return False
    resolved = real(path)
    return any(resolved.is_relative_to(folder) for folder in folders)


def _registries(named: Sequence[Registry], inventory: Inventory, resolved: ResolvedEnvironment | None) -> Registries:
    """The private registries: the fleet's and those that were named; without a fleet, also those that Secrets are for."""
    given = resolved.registries.all if resolved is not None else ()
    known = {host for registry in given for host in registry.hosts}
    shown = inventory.hosts if resolved is None else ()
    added: dict[str, Registry] = {}
    for registry in named:
        if registry.name in known:
            continue
        before = added.get(registry.name, registry)
        # Named with a path and without one, it is private as a whole.
        within = (*before.within, *registry.within) if before.within and registry.within else ()
        added[registry.name] = dataclasses.replace(registry, within=tuple(dict.fromkeys(within)))
    for host in shown:
        if host not in known:
            added.setdefault(host, Registry(host, (host,)))
    projects = inventory.projects if resolved is None else {}
    others = resolved.fleet.policies.other_registries if resolved is not None else ()
    return Registries(
        (*given, *(dataclasses.replace(one, projects=projects.get(one.name, frozenset())) for one in added.values())), others
    )
