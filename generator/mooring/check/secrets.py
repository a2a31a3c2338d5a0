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
    """What is wrong with the Secret that the pull ends at."""
    placed = scope.placed.get(("Secret", namespace, pull.secret or ""))
    secret = pull_secret(placed.data) if placed is not None else None
    if placed is None or secret is None:
        return
    if pull.detail == FETCHED:
        found = [_of_fetch(placed, secret, pull)]
    elif secret.wrong_type:
        found = [_problem(WRONG_TYPE, secret.wrong_type, placed, secret.type_place, secret.type_hint)]
    else:
        # The check of the Secret says the same, where the schema of what makes it is known: it is one problem then.
        found = [_malformed(fault, placed, secret) for fault in secret.faults]
    yield from (silence_annotated(problem, placed.data) for problem in found)


def _malformed(fault: str, placed: PlacedObject, secret: PullSecret) -> Problem:
    place, ref = (*placed.base, *secret.place), checking.ref(placed.data)
    return Problem(MALFORMED, fault, placed.source, place, hint=secret.hint, object=ref)


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


def _problem(code: str, message: str, placed: PlacedObject, route: Route, hint: str) -> Problem:
    """A problem at the route of an object, or at what should hold it."""
    is_written = placed.source.has((*placed.base, *route))
    while route and not placed.source.has((*placed.base, *route)):
        route = route[:-1]
    place, ref = (*placed.base, *route), checking.ref(placed.data)
    return Problem(code, message, placed.source, place, at_key=not is_written, hint=hint, object=ref)
