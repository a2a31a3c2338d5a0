"""`mooring check PATH…`: any manifests → every pull of every pod, and the first broken link of those that would fail.

With a fleet its robots, Secrets and runtimes count too, environment by environment; without one, what the manifests
prove alone. What is not among the files given is said in a note, never guessed.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mooring.check.context import hinted
from mooring.check.judging import Asked, Judged, judge
from mooring.check.worlds import survey
from mooring.manifests.paths import Inputs
from mooring.problems.collecting import finish, merge, once_per_kind
from mooring.problems.problem import Problem
from mooring.pulls.tally import Tally
from mooring.pulls.verdict import Pull
from mooring.registry.registries import Registry

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

_ORDER = ("error", "warning", "note")


@dataclass(slots=True)
class CheckedObjects:
    """What the objects came to; `services` counts those that pull anything, `private_hosts` are those
    of the private registries. `pulls` may be left out where nobody asks for them; `tally` counts them."""

    problems: list[Problem] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    documents: int = 0
    services: int = 0
    private_hosts: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)


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
    asked = Asked(named, by_environment, as_of, only)
    around = survey(inputs.found, asked.environments, by_environment)
    judged = judge(asked, {0: inputs.found}, around)
    problems = [finish(problem, None) for problem in inputs.problems]
    checked = put_together(asked, problems, [judged], fail_within)
    checked.documents = len(inputs.found)
    return checked


def put_together(
    asked: Asked, problems: list[Problem], parts: Sequence[Judged], fail_within: int | None
) -> CheckedObjects:  # fmt: skip
    """What was judged in several parts, with the `problems` of reading, as if it had been one."""
    first = parts[0]  # each part knows of every cluster
    verdicts = sorted((one for part in parts for one in part.verdicts), key=lambda one: (first.order[one.place], one.unit))
    checked = CheckedObjects(private_hosts=first.private_hosts)
    for one in verdicts:
        problems += [hinted(problem, first.names[one.place]) for problem in one.problems]
        checked.pulls += one.pulls
    if asked.chosen:
        from mooring.check.expiry import of_serving  # about robots, which only a fleet has

        serving = set[tuple[str | None, str]]().union(*(part.serving for part in parts))
        problems += of_serving(asked.chosen, serving, asked.as_of, fail_within)
    checked.services = len(set[object]().union(*(part.pulling for part in parts)))
    checked.tally = sum((part.tally for part in parts), Tally())
    checked.problems = sorted(merge(once_per_kind(problems), list(asked.chosen)), key=_rank)
    return checked


def _rank(problem: Problem) -> tuple[int, bool]:
    """The cause comes first, what is not known last."""
    return _ORDER.index(problem.severity), problem.code == "plaintext-credential"
