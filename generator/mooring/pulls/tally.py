"""How many pulls there are of each class: five, and every pull is in just one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Class = Literal["proved", "public", "other", "unknown", "broken"]
CLASSES: tuple[Class, ...] = get_args(Class)


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
