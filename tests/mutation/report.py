"""What a run of mutation testing came to, in text."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.mutation.covering import PACKAGE
from tests.mutation.mutants import Changed, Identity
from tests.mutation.trials import Outcome

REQUIRED = 92.0
"""Of a hundred mutants, so many must be killed."""


class Result(NamedTuple):
    changed: Changed
    outcome: Outcome
    tests: int

    @property
    def killed(self) -> bool:
        return self.outcome in (Outcome.KILLED, Outcome.TIMED_OUT)


def score(results: Sequence[Result]) -> float:
    """Per cent that were killed; equivalents count as survivors."""
    return 100.0 * sum(result.killed for result in results) / len(results) if results else 100.0


def unexplained(results: Sequence[Result], table: Mapping[Identity, str]) -> list[Result]:
    """The survivors that the table of equivalents does not hold."""
    return [result for result in results if not result.killed and result.changed.identity not in table]


def _row(name: str, results: Sequence[Result], table: Mapping[Identity, str]) -> str:
    timed_out = sum(result.outcome is Outcome.TIMED_OUT for result in results)
    survived = [result for result in results if not result.killed]
    equivalent = len(survived) - len(unexplained(results, table))
    killed = len(results) - len(survived) - timed_out
    return f"{name:12}{len(results):8}{killed:8}{timed_out:10}{len(survived):10}{equivalent:12}{score(results):9.1f} %"


def scores(packages: Mapping[str, Sequence[str]], results: Sequence[Result], table: Mapping[Identity, str]) -> str:
    """A line for each package and one for all."""
    head = f"{'package':12}{'mutants':>8}{'killed':>8}{'timed out':>10}{'survived':>10}{'equivalent':>12}{'score':>11}"
    rows = [
        _row(name, [result for result in results if result.changed.mutant.module in modules], table)
        for name, modules in packages.items()
    ]
    return "\n".join([head, *rows, _row("all", results, table)])


def survivor(result: Result, text: str) -> str:
    """Where a survivor is, what was changed and how, given the module's original text."""
    mutant = result.changed.mutant
    path = (PACKAGE / mutant.module).as_posix()
    diff = difflib.unified_diff(text.splitlines(), result.changed.text.splitlines(), path, path, lineterm="", n=1)
    function = result.changed.identity.function or "the module"
    head = f"{path}:{mutant.start[0]}: {mutant.operator} in {function}: {result.outcome.value} ({result.tests} tests ran)"
    return "\n".join([head, *(f"    {line}" for line in list(diff)[2:])])
