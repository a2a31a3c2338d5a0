"""How many pulls have which verdict: five classes, and every pull is in just one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from mooring.pulls.verdict import NOT_HARBOR, OK, PUBLIC, UNKNOWN, Pull
from mooring.registry.reference import pulled

Class = Literal["proved", "public", "other", "unknown", "broken"]
CLASSES: tuple[Class, ...] = get_args(Class)
_CLASSES: dict[str, Class] = {OK: "proved", PUBLIC: "public", NOT_HARBOR: "other", UNKNOWN: "unknown"}


def class_of(verdict: str) -> Class:
    """The class that a verdict is counted as: a problem's code is a broken pull."""
    return _CLASSES.get(verdict, "broken")


@dataclass(frozen=True, slots=True)
class Tally:
    """Pulls by class; `hosts` are the registries of those that are of no private one."""

    proved: int = 0
    public: int = 0
    other: int = 0
    unknown: int = 0
    broken: int = 0
    hosts: frozenset[str] = frozenset()

    @property
    def pulls(self) -> int:
        """All of them."""
        return self.proved + self.public + self.other + self.unknown + self.broken

    def __add__(self, more: Tally) -> Tally:
        return Tally(
            self.proved + more.proved, self.public + more.public, self.other + more.other,
            self.unknown + more.unknown, self.broken + more.broken, self.hosts | more.hosts,
        )  # fmt: skip


def tally(pulls: Iterable[Pull]) -> Tally:
    """The pulls, counted."""
    counts = dict.fromkeys(CLASSES, 0)
    hosts: set[str] = set()
    for pull in pulls:
        counts[class_of(pull.verdict)] += 1
        if pull.verdict == NOT_HARBOR and (reference := pulled(pull.image)) is not None:
            hosts.add(reference.host)
    return Tally(**counts, hosts=frozenset(hosts))
