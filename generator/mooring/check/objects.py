"""`mooring check PATH…`: any manifests → every pull of every pod, and the first broken link of those that would fail.

With a fleet its robots, Secrets and runtimes count too, environment by environment; without one, what the manifests
prove alone. What is not among the files given is said in a note, never guessed.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mooring.check.object import check_object
from mooring.check.scope import scopes
from mooring.manifests import checking
from mooring.manifests.paths import Inputs
from mooring.problems.collecting import finish, merge, once_per_kind
from mooring.problems.position import Route
from mooring.problems.problem import ObjectRef, Problem
from mooring.pulls.verdict import Pull
from mooring.registry.registries import Registry

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

_ORDER = ("error", "warning", "note")


@dataclass(slots=True)
class CheckedObjects:
    """What the objects came to; `services` counts those that pull anything, `private_hosts` are those
    of the private registries."""

    problems: list[Problem] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    documents: int = 0
    services: int = 0
    private_hosts: set[str] = field(default_factory=set)


def check_objects(
    inputs: Inputs,
    named: Sequence[Registry],
    by_environment: Mapping[str, ResolvedEnvironment],
    as_of: datetime.date,
    fail_within: int | None = None,
    only: Collection[str] = (),
) -> CheckedObjects:
    """Checks the objects in every environment that they may be meant for, or in the `only` ones of those.

    `named` are further private registries.
    """
    checked = CheckedObjects(documents=len(inputs.found))
    problems = [finish(problem, None) for problem in inputs.problems]
    pulling: set[tuple[str, Route, ObjectRef]] = set()  # the documents of a file all begin at the same route
    chosen = {name: resolved for name, resolved in by_environment.items() if not only or name in only}
    for resolved in chosen.values() or (None,):
        for scope in scopes(inputs.found, named, resolved, by_environment, as_of):
            checked.private_hosts.update(scope.registries.hosts)
            for item in scope.objects:
                of_object, pulls = check_object(item, scope)
                if item.root is not None:  # a copy of each costs 10 µs
                    of_object = [dataclasses.replace(problem, root=item.root) for problem in of_object]
                if item.root is not None or scope.environment is not None:
                    pulls = [dataclasses.replace(p, environment=scope.environment, root=item.root) for p in pulls]
                problems += of_object
                checked.pulls += pulls
                if pulls:
                    pulling.add((item.source.path, item.base, checking.ref(item.data)))
    if chosen:
        from mooring.check.expiry import of_pulls  # about robots, which only a fleet has

        problems += of_pulls(chosen, checked.pulls, as_of, fail_within)
    checked.services = len(pulling)
    checked.problems = sorted(merge(once_per_kind(problems), list(chosen)), key=_rank)
    return checked


def _rank(problem: Problem) -> tuple[int, bool]:
    """The cause comes first, what is not known last."""
    return _ORDER.index(problem.severity), problem.code == "plaintext-credential"
