"""What is wrong with a Secret that a pod names, at the place of the Secret: one problem, however many pods name it."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.check.scope import Scope
from mooring.manifests import checking
from mooring.problems.collecting import silence_annotated
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.pulls.trace import PlacedObject
from mooring.pulls.verdict import MALFORMED, WRONG_TYPE, Pull
from mooring.redaction import quote
from mooring.registry.dockerconfig import SECRET_TYPE
from mooring.registry.pullsecret import PullSecret, pull_secret
from mooring.registry.reference import FETCHED, meant


def at_secret(pull: Pull, namespace: str, scope: Scope) -> Iterator[Problem]:
    """The problem of the Secret that the pull ends at, where the check of the Secret itself does not tell it."""
    placed = scope.placed.get(("Secret", namespace, pull.secret or ""))
    secret = pull_secret(placed.data) if placed is not None else None
    if placed is None or secret is None:
        return
    problem = _of_fetch(placed, secret, pull) if pull.detail == FETCHED else _wrong_type(placed, secret)
    if problem is not None:
        yield silence_annotated(problem, placed.data)


def _of_fetch(placed: PlacedObject, secret: PullSecret, pull: Pull) -> Problem:
    """The problem of a Secret that the kubelet takes, and KServe's own fetching does not."""
    name = f"Secret {quote(secret.name, 'name')}"
    if pull.verdict == WRONG_TYPE:
        message = f"{name} is of type `{secret.type}`: `{FETCHED}` reads none but type `{SECRET_TYPE}`"
        return _problem(WRONG_TYPE, message, placed, secret.type_place, secret.type_hint)
    reference = meant(pull.image)
    host = quote(reference.host if reference is not None else "", "host")
    message = f"the entry of {host} in {name} has no `auth`, and `{FETCHED}` reads nothing else"
    return _problem(MALFORMED, message, placed, secret.place, "write `auth` too: base64 of `user:password`")


def _wrong_type(placed: PlacedObject, secret: PullSecret) -> Problem | None:
    """The problem at the type, or where it should stand; None where the Secret's own check tells what is wrong."""
    if not secret.wrong_type:
        return None
    return _problem(WRONG_TYPE, secret.wrong_type, placed, secret.type_place, secret.type_hint)


def _problem(code: str, message: str, placed: PlacedObject, route: Route, hint: str) -> Problem:
    """A problem at the route of an object, or at what should hold it."""
    is_written = placed.source.has((*placed.base, *route))
    while route and not placed.source.has((*placed.base, *route)):
        route = route[:-1]
    place, ref = (*placed.base, *route), checking.ref(placed.data)
    return Problem(code, message, placed.source, place, at_key=not is_written, hint=hint, object=ref)
