"""What `robots` has to say, a module for each format, with `text(result, terminal) -> str`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mooring.harbor.applying import Done as Done
from mooring.harbor.plan import DOING, Item, Plan
from mooring.problems.problem import Problem


@dataclass(frozen=True, slots=True)
class Result:
    """A plan of one Harbor with its located problems. With `done`, what became of it: the problems are those that stand
    after it then, and `left` is what is to do still."""

    plan: Plan
    problems: tuple[Problem, ...] = ()
    done: tuple[Done, ...] | None = None
    left: tuple[Item, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many robots there are of each kind; `blocked` are those of which something is to do and cannot be."""
        found = dict.fromkeys((*DOING, "blocked", "unseen", "agrees", "predecessor", "unknown"), 0)
        for item in self.plan.items:
            found["blocked" if item.kind in DOING and item.cannot else item.kind] += 1
        return found


@dataclass(frozen=True, slots=True)
class Robots:
    """The result of one run."""

    results: tuple[Result, ...]
    quiet: bool = False
