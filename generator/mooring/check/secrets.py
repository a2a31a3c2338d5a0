"""What is wrong with a Secret that a pod names, at the place of the Secret: one problem, however many pods name it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mooring.check.scope import Scope
from mooring.manifests import checking
from mooring.problems.collecting import silence_annotated
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.pulls.trace import PlacedObject
from mooring.pulls.verdict import LOGIN, MALFORMED, WRONG_TYPE, Pull
from mooring.redaction import quote
from mooring.registry.dockerconfig import SECRET_TYPE
from mooring.registry.kubelet import index
from mooring.registry.pullsecret import PullSecret, pull_secret
from mooring.registry.reference import FETCHED, meant


def at_secret(pull: Pull, namespace: str, scope: Scope) -> Iterator[Problem]:
    """What is wrong with the Secret that the pull ends at."""
    placed = scope.placed.get(("Secret", namespace, pull.secret or ""))
    secret = pull_secret(placed.data) if placed is not None else None
    if placed is None or secret is None:
        return
    if pull.verdict == LOGIN:
        yield from logins(placed, scope)
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


def logins(placed: PlacedObject, scope: Scope) -> Iterator[Problem]:
    """The problem of a Secret at hand that logs in as another one than its robot."""
    made = pull_secret(placed.data)
    facts = scope.pull_context.state.secrets.get((made.namespace, made.name)) if made is not None else None
    if made is None or facts is None or facts.robot is None or facts.fault:
        return
    robot, hosts = facts.robot, {pair.partition("/")[0] for pair in facts.robot.pairs}
    keys = [key for key in facts.keys if (index(key) or "").partition("/")[0] in hosts]
    wrong = next((key for key in keys if not facts.may_log_in(key)), None)
    if wrong is not None:
        name, login = quote(made.name, "name"), quote(robot.login, "name")
        message = f"Secret {name} does not log in at {quote(wrong, 'host')} as its robot, {login}"
        yield silence_annotated(
            _problem(LOGIN, message, placed, made.place, _login_hint(facts.logins[wrong], robot.login)), placed.data
        )


# What a shell and a Makefile take for a variable.
_VARIABLES = (re.compile(r"\$(?:[A-Za-z_]\w*|\{\w*\}|\d|\$)"), re.compile(r"\$[A-Za-z0-9$]"))

_SINGLE = "put the login into single quotes, and make the Secret again"


def _login_hint(found: str, expected: str) -> str:
    """The likely cause, which the login tells without being shown: most often a `$` that a shell has taken."""
    if "$" in expected and any(found == variable.sub("", expected) for variable in _VARIABLES):
        return f"a shell has taken the `$` in {quote(expected, 'name')} for a variable: {_SINGLE}"
    if found in (expected.replace("$", "\\$"), expected.replace("$", "$$")):
        return f"the `$` is escaped twice: {_SINGLE}"
    if found == expected.rpartition("$")[2]:
        return "the login has to begin with the prefix of Harbor's robots: make the Secret again"
    return "make the Secret again with the login of the robot, or write the robot's `login:` in the fleet"
