"""Who names a Secret: the objects of a namespace, wherever in them a Secret's name may stand, and the pods they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.kserve.pods import pods
from mooring.kserve.podspec import references
from mooring.manifests.service import ServiceObject
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.planned import Planned
from mooring.plan.pull_secrets import InjectedObject
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.problems.routes import as_text, get
from mooring.problems.suggestion import is_slip
from mooring.pulls.makers import collect_makers
from mooring.redaction import quote

_LISTS = frozenset({"imagePullSecrets", "secrets"})
_REFERENCES = frozenset({"secretRef", "secretKeyRef", "secret"})
_MAKERS = {
    "Secret": (("metadata", "name"),),
    "ExternalSecret": (("spec", "target", "name"), ("metadata", "name")),
    "SealedSecret": (("spec", "template", "metadata", "name"), ("metadata", "name")),
}


def names_in(data: Any, route: Route = ()) -> Iterator[tuple[str, Route]]:
    """Each Secret that an object names, of any kind, and where: pull Secrets, volumes, environment variables, accounts."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from names_in(item, (*route, index))
        return
    for key, value in data.items() if isinstance(data, Mapping) else ():
        here = (*route, key)
        if key == "secretName" and isinstance(value, str):
            yield value, here
        elif key in _REFERENCES and isinstance(value, Mapping) and isinstance(value.get("name"), str):
            yield value["name"], (*here, "name")
        elif key in _LISTS and isinstance(value, list):
            for index, entry in enumerate(value):
                if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
                    yield entry["name"], (*here, index, "name")
        yield from names_in(value, here)


def secret_made(data: Mapping[str, Any]) -> str | None:
    """The name of the Secret that an object is or makes, whatever its type; None for any other object."""
    places = _MAKERS.get(as_text(data.get("kind")), ())
    return next((name for place in places if (name := as_text(get(data, place)))), None)


def users(planned: Planned) -> dict[str, list[tuple[InjectedObject, Route]]]:
    """The Secrets that the planned objects name, or their pods by a runtime, and where: as written, else as rendered."""
    found: dict[str, list[tuple[InjectedObject, Route]]] = {}
    for injected in planned.injected:
        named: dict[str, Route] = {}
        for name, route in (*names_in(injected.original.data), *names_in(injected.data)):
            named.setdefault(name, route)
        for pod in pods(injected.data, injected.original.info, planned.context):
            for name in pod.secrets:
                named.setdefault(name, pod.route or ())
        for name, route in named.items():
            found.setdefault(name, []).append((injected, route))
    return found


def made(planned: Planned) -> set[str]:
    """The Secrets that the planned files make: their robots', and those of the manifests that teams keep."""
    own = {str(a.context["secret"]) for a in planned.artifacts if a.template.startswith("secret/")}
    own |= {name for one in planned.ciphertexts.values() if (name := secret_made(one.data)) is not None}
    return own | {name for one in planned.injected if (name := secret_made(one.data)) is not None}


def unmade(resolved: ResolvedEnvironment, planned: Planned, namespace: str) -> Iterator[Problem]:
    """What is to be said of the pull Secrets that a namespace's objects name, and nothing in the fleet makes there.

    A name one letter away from one that stands there is a mistake, a robot's Secret is known to stand elsewhere; any other
    may be made by somebody else, and nothing is known of it.
    """
    there = made(planned) | {robot.secret for robot in planned.robots}
    makers = collect_makers([*(one.data for one in planned.injected), *(other.data for other in planned.others)])
    for injected in planned.injected:
        obj = injected.original
        for name, route in _pull_secrets(injected).items():
            if name and name not in there:
                maker = makers.of(namespace, name)
                if maker is not None:
                    message = f"{maker} may make Secret {quote(name, 'name')} in namespace {quote(namespace, 'name')}"
                    hint = "whether it does, and for which projects, is unknown"
                    yield obj.problem("not-at-hand", message, (*route, "name"), hint=hint)
                else:
                    # Asked for here alone: for every namespace, a dictionary of all robots would grow with their square.
                    robots = {robot.secret: robot.name for robot in resolved.fleet.robots}
                    yield _unmade(obj, name, route, there, robots, namespace)


def _pull_secrets(injected: InjectedObject) -> Mapping[str, Route]:
    """The names in the lists of an object that its pods have, or an account's, and where they are written."""
    obj = injected.original
    if obj.info.kind != "ServiceAccount":
        return injected.references
    return {**references(obj.data, ()), **injected.references}


def _unmade(
    obj: ServiceObject, name: str, route: Route, there: set[str], robots: Mapping[str, str], namespace: str
) -> Problem:
    """What is to be said of one such name."""
    secret, where, place = quote(name, "name"), quote(namespace, "name"), (*route, "name")
    if name in robots:
        message = f"Secret {secret} of robot {quote(robots[name], 'name')} does not stand in namespace {where}"
        hint = f"take the entry out, or add {where} to the robot's `namespaces:`"
        return obj.problem("unknown-secret", message, place, hint=hint)
    meant = next((one for one in sorted(there) if is_slip(name, one)), None)
    if meant is not None:
        message = f"unknown Secret {secret} in namespace {where}"
        return obj.problem("unknown-reference", message, place, hint=f"did you mean {quote(meant, 'name')}?")
    message = f"nothing in the fleet makes Secret {secret} in namespace {where}; whether it stands there is unknown"
    return obj.problem("not-at-hand", message, place)
