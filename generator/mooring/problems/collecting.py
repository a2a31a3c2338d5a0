"""What becomes of problems before they are reported: severity and place, silencing, and one problem for one fault.

Two things silence a problem: a comment on its line of a fleet file, `# mooring: allow CODE: reason`, and an annotation of
its object, `mooring.dev/allow: "CODE: reason"`.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from mooring import rules
from mooring.problems.problem import ObjectRef, Problem
from mooring.problems.routes import get

ALLOW = "mooring.dev/allow"


class Commented(Protocol):
    """A file whose comments may silence problems: `yaml.document.Document` is one."""

    @property
    def path(self) -> str: ...
    def allowances(self) -> Iterator[tuple[int, str, str]]: ...


def finish(
    problem: Problem,
    environment: str | None,
    known: Mapping[ObjectRef, Mapping[str, Any]] | None = None,
    *,
    with_line: bool = True,
) -> Problem:
    """The problem with its severity and its place, and silenced where its object, one of the `known`, says so."""
    severity = "note" if problem.is_note else rules.severity(problem.code)
    problem = problem.located(environment=environment, severity=severity, with_line=with_line)
    data = known.get(problem.object) if known is not None and problem.object is not None else None
    return problem if data is None else silence_annotated(problem, data)


def silence_annotated(problem: Problem, data: Mapping[str, Any]) -> Problem:
    """The problem, silenced where its object's annotation names it and says why."""
    notes = get(data, ("metadata", "annotations", ALLOW))
    code, _, reason = str(notes or "").partition(":")
    if code.strip() == problem.code and reason.strip():
        return dataclasses.replace(problem, silenced=reason.strip())
    return problem


def silence_commented(problems: list[Problem], documents: Sequence[Commented]) -> list[Problem]:
    """Problems on a line of a fleet file that ends with `# mooring: allow CODE: reason` are silenced."""
    allowed = {(document.path, line, code): reason for document in documents for line, code, reason in document.allowances()}
    if not allowed:
        return problems
    return [
        dataclasses.replace(problem, silenced=reason)
        if (reason := allowed.get((problem.file or "", problem.line or 0, problem.code)))
        else problem
        for problem in problems
    ]


def alike(problem: Problem) -> tuple[str, ...]:
    """What problems have in common that differ in nothing but their place."""
    return (problem.code, problem.severity, problem.message, problem.expected, problem.hint)


_NOWHERE = (None, None)


def merge(problems: Iterable[Problem], environments: Sequence[str]) -> list[Problem]:
    """Each fault once, in order of place: with no environment where all have it, else with the names of those that do; and
    with the Kustomize roots that show it."""
    groups: dict[Any, dict[tuple[str | None, str | None], Problem]] = {}
    for problem in problems:
        key = (problem.code, problem.message, problem.file, problem.line, problem.column, problem.route, problem.silenced)
        groups.setdefault(key, {}).setdefault((problem.environment, problem.root), problem)
    merged: list[Problem] = []
    for found in groups.values():
        if [*found] == [_NOWHERE]:  # nothing to say of environments and roots, as of most given manifests: a copy costs 7 µs
            merged.append(found[_NOWHERE])
            continue
        names, roots = ([*dict.fromkeys(name for name in places if name)] for places in zip(*found, strict=True))
        everywhere = (any(environment is None for environment, _ in found)) or set(environments) <= set(names)
        merged.append(
            dataclasses.replace(
                next(iter(found.values())),
                environment=None if everywhere else names[0],
                environments=tuple(names) if len(names) > 1 and not everywhere else (),
                root=roots[0] if roots else None,
                roots=tuple(roots) if len(roots) > 1 else (),
            )
        )
    return sorted(merged, key=lambda p: (p.file or "", p.line or 0, p.column or 0, p.code, p.message, p.environment or ""))


def with_lines(problems: Sequence[Problem], most: int) -> list[Problem]:
    """Located problems with the lines that people are shown: of `most` places in each file, where problems differ in nothing
    else; the others keep their source."""
    places: dict[Any, set[tuple[int, int]]] = {}
    keys = [(problem.file, *alike(problem)) if problem.silenced is None else None for problem in problems]
    for key, problem in zip(keys, problems, strict=True):
        places.setdefault(key, set()).add((problem.line or 0, problem.column or 0))
    shown = {key: set(heapq.nsmallest(most, found)) for key, found in places.items() if key is not None}
    return [
        problem.excerpted() if (problem.line or 0, problem.column or 0) in shown.get(key, ()) else problem
        for key, problem in zip(keys, problems, strict=True)
    ]


def once_per_kind(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, of the notes that a kind has no schema only the first of each kind, which says how many there are."""
    found = list(problems)
    numbers = Counter(_without_schema(problem) for problem in found)
    told: set[Any] = set()
    for problem in found:
        key = _without_schema(problem)
        if key is None or numbers[key] == 1:
            yield problem
        elif key not in told:
            yield dataclasses.replace(problem, message=f"{problem.message}, nor are {numbers[key] - 1:,} more of its kind")
        told.add(key)


def _without_schema(problem: Problem) -> tuple[str, str | None] | None:
    """What notes of one kind have in common; None for any other problem."""
    if problem.code != "no-schema" or problem.severity != "note":
        return None
    return problem.message, problem.environment
