"""What is wrong with a Secret that a pod names, at the place of the Secret: one problem, however many pods name it."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.check.scope import Scope
from mooring.manifests import checking
from mooring.problems.collecting import silence_annotated
from mooring.problems.problem import Problem
from mooring.pulls.trace import PlacedObject
from mooring.pulls.verdict import WRONG_TYPE, Pull
from mooring.registry.pullsecret import PullSecret, pull_secret


def at_secret(pull: Pull, namespace: str, scope: Scope) -> Iterator[Problem]:
    """The problem of the Secret that the pull ends at, where the check of the Secret itself does not tell it."""
    placed = scope.placed.get(("Secret", namespace, pull.secret or ""))
    secret = pull_secret(placed.data) if placed is not None else None
    if placed is None or secret is None:
        return
    if pull.verdict == WRONG_TYPE:
        yield silence_annotated(_wrong_type(placed, secret), placed.data)


def _wrong_type(placed: PlacedObject, secret: PullSecret) -> Problem:
    """The problem at the type, or where it should stand."""
    route = secret.type_place
    is_written = placed.source.has((*placed.base, *route))
    while not placed.source.has((*placed.base, *route)) and route:
        route = route[:-1]
    place, ref = (*placed.base, *route), checking.ref(placed.data)
    return Problem(
        WRONG_TYPE, secret.wrong_type, placed.source, place, at_key=not is_written, hint=secret.type_hint, object=ref
    )
