"""What is found on the way through the units of a run, beside their texts: problems, counts, pulls, what was needed."""

from __future__ import annotations

from dataclasses import dataclass, field

from mooring.problems.problem import Problem
from mooring.pulls.tally import Tally
from mooring.pulls.verdict import Pull


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents were checked and services planned, and what the pulls came to."""

    documents: int = 0
    services: int = 0
    pulls: Tally = field(default_factory=Tally)

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.documents + other.documents, self.services + other.services, self.pulls + other.pulls)


@dataclass(slots=True)
class Findings:
    """What units of a run found. `followed` are the pulls that were counted, where they are kept; `used` says what of the
    fleet was needed: ("image", environment, name of the override), ("robot", name, project) and ("ciphertext", path)."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counts = Counts()
    used: set[tuple[str, ...]] = field(default_factory=set)
    followed: list[Pull] = field(default_factory=list)

    def add(self, other: Findings) -> None:
        self.problems += other.problems
        self.counts += other.counts
        self.used |= other.used
        self.followed += other.followed
