"""Objects that one process has read, judged by what is known of everybody's; all that comes of them is plain data.

A *unit* is a file, or some of the objects that Kustomize roots build: its number says where its verdicts go in the report,
whoever has judged it.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from mooring.check.object import check_object
from mooring.check.scope import Scope, scopes
from mooring.check.worlds import Survey
from mooring.manifests import checking
from mooring.manifests.paths import InputObject
from mooring.problems.collecting import with_lines
from mooring.problems.position import Route
from mooring.problems.problem import ObjectRef, Problem
from mooring.pulls.counting import tally
from mooring.pulls.tally import Tally
from mooring.pulls.verdict import Pull
from mooring.registry.registries import Registry

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

Place = tuple[int, str]
"""A cluster of an environment, by the numbers that they have in a `Survey`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """By what is judged: `named` are further private registries, `only` the environments, all of them where it is empty.

    `lines` is of how many problems in a file that differ in nothing but their place the line is to be shown; None: of all.
    """

    named: Sequence[Registry]
    by_environment: Mapping[str, ResolvedEnvironment]
    as_of: datetime.date
    only: Collection[str] = ()
    keeps_pulls: bool = True
    lines: int | None = None

    @property
    def with_lines(self) -> bool:
        """Whether each problem gets its line at once. With a fleet, a comment in its file may silence any of them."""
        return self.lines is None or bool(self.by_environment)

    @property
    def chosen(self) -> dict[str, ResolvedEnvironment]:
        """The environments that are judged; none where there is no fleet."""
        return {name: found for name, found in self.by_environment.items() if not self.only or name in self.only}

    @property
    def environments(self) -> Sequence[ResolvedEnvironment | None]:
        """The same, one of them None where there is no fleet."""
        return [*self.chosen.values()] or [None]


class Verdicts(NamedTuple):
    """What came of a unit's objects in one cluster: finished problems, and the pulls where they are kept."""

    place: Place
    unit: int
    problems: list[Problem]
    pulls: list[Pull]


@dataclass(slots=True)
class Judged:
    """What came of a part of all objects. `order` and `names` (of Secrets, by namespace) are those of every cluster;
    `serving` are (environment, name) of robots that serve a pull, `pulling` the objects that pull anything."""

    verdicts: list[Verdicts] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    serving: set[tuple[str | None, str]] = field(default_factory=set)
    # The documents of a file all begin at the same route.
    pulling: set[tuple[str, Route, ObjectRef]] = field(default_factory=set)
    order: dict[Place, int] = field(default_factory=dict)
    names: dict[Place, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    private_hosts: set[str] = field(default_factory=set)

    def without_clusters(self) -> Judged:
        """The same for a process that knows the clusters itself."""
        return dataclasses.replace(self, order={}, names={}, private_hosts=set())


def judge(asked: Asked, units: Mapping[int, Sequence[InputObject]], around: Survey) -> Judged:
    """Judges the objects of the units, by what all objects `around` them decide."""
    found = Judged()
    own = [item for items in units.values() for item in items]
    unit_of = {id(item): number for number, items in units.items() for item in items}
    for number, resolved in enumerate(asked.environments):
        for scope in scopes(own, asked.named, resolved, asked.by_environment, asked.as_of, (around, number)):
            place = (number, scope.cluster)
            found.order[place], found.names[place] = len(found.order), scope.pull_context.names
            found.private_hosts.update(scope.registries.hosts)
            for unit, items in groupby(scope.objects, key=lambda item: unit_of[id(item)]):
                problems, pulls = list[Problem](), list[Pull]()
                for item in items:
                    of_object, own_pulls = _check(item, scope, with_lines=asked.with_lines)
                    problems += of_object
                    pulls += own_pulls
                    if own_pulls:
                        found.pulling.add((item.source.path, item.base, checking.ref(item.data)))
                found.tally += tally(pulls)
                found.serving |= {(pull.environment, pull.robot.name) for pull in pulls if pull.robot}
                found.verdicts.append(Verdicts(place, unit, problems, pulls if asked.keeps_pulls else []))
    if not asked.with_lines:
        _add_lines(found.verdicts, asked.lines or 0)
    return found


def _add_lines(verdicts: Sequence[Verdicts], most: int) -> None:
    """Adds to the problems the lines that will be shown of them; most of those of many files never are (35 µs for each)."""
    lines = iter(with_lines([problem for one in verdicts for problem in one.problems], most))
    for one in verdicts:
        one.problems[:] = [next(lines) for _ in one.problems]


def _check(item: InputObject, scope: Scope, *, with_lines: bool) -> tuple[list[Problem], list[Pull]]:
    """The problems and the pulls of one object, with the root and the environment that they are of."""
    problems, pulls = check_object(item, scope, with_lines=with_lines)
    if item.root is not None:  # a copy of each costs 10 µs
        problems = [dataclasses.replace(problem, root=item.root) for problem in problems]
    if item.root is not None or scope.environment is not None:
        pulls = [dataclasses.replace(pull, environment=scope.environment, root=item.root) for pull in pulls]
    return problems, pulls
