"""One cluster's share of the given objects, and what their pods meet there."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.check.context import PullContext
from mooring.check.provided import ProvidedSecrets
from mooring.check.worlds import Cluster, Survey, World, survey, worlds
from mooring.fleet.gitops import GitOps
from mooring.kserve.model import ClusterContext
from mooring.kserve.released import released
from mooring.manifests.paths import InputObject
from mooring.problems.problem import Step
from mooring.pulls.inventory import Inventory
from mooring.pulls.trace import PlacedObject, PlacedObjects, index
from mooring.pulls.verdict import Pull
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment


class Scope:
    """The objects to check in one cluster, which the fleet's environment `resolved` is meant for, where there is a fleet."""

    def __init__(self, world: World, resolved: ResolvedEnvironment | None, shared: _Shared, as_of: datetime.date) -> None:
        self.resolved = resolved
        self.catalog = shared.catalog
        self.cluster = world.key
        self.objects = world.objects
        self._deciding = world.deciding
        self.skipping = world.inventory.skipping
        self.registries = shared.registries
        self.pull_context = PullContext(
            world.inventory, self.registries, resolved, as_of, world.cluster.namespaces, shared.provided, shared.secrets,
            is_partial=world.cluster.is_partial,
        )  # fmt: skip
        context = ClusterContext.of(item.data for item in world.deciding)
        # Without a fleet nobody says which release a cluster has: the newest one is assumed, and `check_pod` says so.
        around = resolved.context if resolved is not None else released(shared.catalog.versions["kserve"], assumed=True)
        self.context = context.beside(around)

    @property
    def environment(self) -> str | None:
        return self.resolved.name if self.resolved is not None else None

    @property
    def gitops(self) -> GitOps:
        """What syncs the clusters, by the fleet: nothing where there is none."""
        return self.resolved.fleet.gitops if self.resolved is not None else GitOps()

    def robot_steps(self, pull: Pull) -> Iterable[Step]:
        """Where the fleet tells of a pull's robot."""
        return self.resolved.robot_steps(pull) if self.resolved is not None else ()

    @functools.cached_property
    def placed(self) -> PlacedObjects:
        """The objects that a pull may lead to: asked for only where one would fail."""
        placed = self.resolved.placed_runtimes() if self.resolved is not None else PlacedObjects()
        placed.update(index(PlacedObject(item.data, item.source, item.base) for item in self._deciding))
        return placed


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the clusters of one environment have in common; `secrets` are those that have a Secret, by its name."""

    catalog: Catalog
    registries: Registries
    provided: ProvidedSecrets
    secrets: Mapping[str, Sequence[str]]


def scopes(
    given: Sequence[InputObject],
    named: Sequence[Registry],
    resolved: ResolvedEnvironment | None,
    by_environment: Mapping[str, ResolvedEnvironment],
    as_of: datetime.date,
    around: tuple[Survey, int] | None = None,
) -> Iterator[Scope]:
    """The clusters of an environment, one after the other (one without objects at least); `named` are private registries.

    `around` is what is known of all objects, and the number of the environment in that; without it, those given are all.
    """
    seen, number = around or (survey(given, [resolved], by_environment), 0)
    found = worlds(given, seen, number, resolved, by_environment) or [World("", Cluster(""), (), (), Inventory())]
    shown = found[0].inventory if len(found) == 1 else Inventory()
    secrets: dict[str, list[str]] = {}
    for world in found if len(found) > 1 else ():
        shown.hosts |= world.inventory.hosts  # a registry that is private to one is private to all
        for host, projects in world.inventory.projects.items():
            shown.projects[host] = shown.projects.get(host, frozenset()) | projects
        for name in {name: None for _, name in world.inventory.secrets}:
            secrets.setdefault(name, []).append(world.cluster.title)
    catalog = resolved.catalog if resolved is not None else Catalog()
    shared = _Shared(catalog, _registries(named, shown, resolved), ProvidedSecrets(resolved), secrets)
    for world in found:
        yield Scope(world, resolved, shared, as_of)


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
