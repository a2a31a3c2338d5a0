"""What `robots` has to say, in one of several formats: one module per format, with `text(result, terminal) -> str`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mooring.harbor.applying import Done as Done
from mooring.harbor.plan import DOING, Item, Plan
from mooring.problems.problem import Problem
from mooring.report import Terminal, put, terminal_of


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


def formats() -> tuple[str, ...]:
    """The formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def write(robots: Robots, targets: Sequence[tuple[str, Path | None]], stream: TextIO, no_colour: bool) -> None:
    """Writes the result to each target: a format, and a file or the stream."""
    for form, path in targets:
        terminal = terminal_of(stream, no_colour) if path is None else Terminal()
        # In an Action the default is a format for problems.
        module = importlib.import_module(f"{__name__}.{'text' if form == 'github' else form}")
        put(module.text(robots, terminal), path, stream)
