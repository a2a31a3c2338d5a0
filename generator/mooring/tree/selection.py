"""What a run renders: the units of work of a selection, and the folders in which it deletes what is no longer rendered.

A unit is a namespace of an environment, its `_cluster`, the environment itself (`ROOT`: what takes its folders in), or the
policies. Each path of the tree belongs to one unit: what stands in an environment and in no folder of its namespaces is the
environment's, and what stands in no environment of the fleet is the policies'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mooring.files.products import OUTPUTS
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.gitops.files import TOOLS, folder_of
from mooring.tree import cells
from mooring.tree.pool import Task

ROOT = ""
POLICIES: Task = ("", "policies")


@dataclass(frozen=True, slots=True)
class Selection:
    """What to render: all where nothing is named. `cells` are not combined with the others."""

    environments: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


ALL = Selection()


class UnknownName(Exception):
    """A selection that names nothing: (what, the name, the names there are)."""

    def __init__(self, what: str, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.what, self.name, self.known = what, name, known


def units(resolved: ResolvedEnvironment) -> list[Task]:
    """The units of an environment."""
    names = sorted(namespace.name for namespace in resolved.fleet.namespaces)
    return [(resolved.name, name) for name in (CLUSTER, *names, ROOT)]


def tasks(found: Mapping[str, ResolvedEnvironment], selection: Selection) -> list[Task]:
    """The units of a selection. `UnknownName` where it names what the fleet does not have."""
    if selection.cells:
        return _of_cells(found, selection.cells)
    for name in selection.environments:
        if name not in found:
            raise UnknownName("environment", name, sorted(found))
    chosen = names_of(found, selection)
    known = {namespace.name for name in chosen for namespace in found[name].fleet.namespaces} | {CLUSTER}
    for name in selection.namespaces:
        if name not in known:
            raise UnknownName("namespace", name, sorted(known))
    wanted = selection.namespaces
    made = [unit for name in chosen for unit in units(found[name]) if not wanted or unit[1] in wanted]
    return [*made, POLICIES] if not wanted or CLUSTER in wanted else made


def names_of(found: Mapping[str, ResolvedEnvironment], selection: Selection) -> list[str]:
    """The environments that a selection has to do with, in the fleet's order."""
    if selection.cells:
        named = {environment for environment, _ in tasks(found, selection)}
        return [name for name in found if name in named]
    return [name for name in found if not selection.environments or name in selection.environments]


def weights(found: Mapping[str, ResolvedEnvironment]) -> dict[Task, int]:
    """Every unit of the fleet, and how long it takes, in services: a namespace's own files take as long as four."""
    weighed = {POLICIES: 40}
    for resolved in found.values():
        for environment, name in units(resolved):
            inside = len(resolved.namespaces) // 10 if name == ROOT else len(resolved.services.get(name, ()))
            weighed[environment, name] = 4 + inside
    return weighed


def _of_cells(found: Mapping[str, ResolvedEnvironment], names: Sequence[str]) -> list[Task]:
    """The units of the named cells, each once, in the order of a whole run."""
    weighed = weights(found)
    known = {cells.name(unit): unit for unit in weighed}
    chosen: set[Task] = set()
    for name in names:
        group = cells.group(name)
        if group is not None:
            chosen.update(cells.grouped(weighed, group.of)[group.number - 1])
        elif name in known:
            chosen.add(known[name])
        else:
            raise UnknownName("cell", name, list(known))
    whole = [*(unit for resolved in found.values() for unit in units(resolved)), POLICIES]
    return [unit for unit in whole if unit in chosen]


@dataclass(frozen=True, slots=True)
class Scopes:
    """The `folders` in which what is no longer rendered is deleted, those below them left out that are `others`'."""

    folders: Sequence[str]
    others: frozenset[str] = frozenset()


def scopes(found: Mapping[str, ResolvedEnvironment], selection: Selection) -> Scopes:
    """Where a selection deletes: with cells, in what belongs to their units."""
    if selection.cells:
        return _scopes_of_units(found, tasks(found, selection))
    if not selection.environments and not selection.namespaces:
        return Scopes(OUTPUTS)
    folders = [folder for name in selection.environments or tuple(found) for folder in _folders(name)]
    if not selection.namespaces:
        return Scopes([*folders, "policies"])
    return Scopes([f"{folder}/{namespace}" for folder in folders for namespace in selection.namespaces])


def _scopes_of_units(found: Mapping[str, ResolvedEnvironment], chosen: Sequence[Task]) -> Scopes:
    """Where the units delete, each in what belongs to it alone."""
    folders: list[str] = []
    others: set[str] = set()
    for environment, name in chosen:
        if (environment, name) == POLICIES:
            folders += OUTPUTS
            others.update(folder for each in found for folder in _folders(each))
        elif name == ROOT:
            folders += _folders(environment)
            inside = [unit for _, unit in units(found[environment]) if unit != ROOT]
            others.update(f"{folder}/{unit}" for folder in _folders(environment) for unit in inside)
        else:
            folders += [f"{folder}/{name}" for folder in _folders(environment)]
    return Scopes(folders, frozenset(others))


def _folders(environment: str) -> list[str]:
    """The folders of an environment, whichever tool syncs it."""
    return [f"overlays/{environment}", *(folder_of(tool, environment) for tool in TOOLS)]
