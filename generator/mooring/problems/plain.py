"""Problems as plain data, for what one run keeps for the next: only those that have their line, and no text of their own."""

from __future__ import annotations

import dataclasses
from typing import Any

from mooring.problems.problem import ObjectRef, Problem, Step

_FIELDS = tuple(field.name for field in dataclasses.fields(Problem) if field.name != "source")
_STEP = ("message", "file", "line", "column")


def as_plain(problem: Problem) -> dict[str, Any] | None:
    """What differs from a problem that says nothing; None where it still needs a source to be placed by."""
    if problem.source is not None or any(step.source is not None for step in problem.flow):
        return None
    made = {name: value for name in _FIELDS if (value := getattr(problem, name)) != getattr(_NOTHING, name)}
    if problem.object is not None:
        made["object"] = dataclasses.astuple(problem.object)
    if problem.flow:
        made["flow"] = [[getattr(step, name) for name in _STEP] for step in problem.flow]
    return made


def of_plain(made: dict[str, Any]) -> Problem:
    """The problem again, from JSON too. TypeError or ValueError where it is none."""
    more = dict(made)
    for name in ("route", "environments", "roots", "near"):
        if name in more:
            more[name] = tuple(more[name])
    if "object" in more:
        more["object"] = ObjectRef(*more["object"])
    if "flow" in more:
        more["flow"] = tuple(Step(*step) for step in more["flow"])
    return Problem(**{"code": "", "message": "", **more})


_NOTHING = Problem("", "")
