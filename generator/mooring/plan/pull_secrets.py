"""Which Secrets a pod's images need, and the `imagePullSecrets` that name them: the planner's half of the pull path."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mooring.fleet import model
from mooring.fleet.images import ImageChanges
from mooring.fleet.robots import Robots, is_open, opened
from mooring.kserve.model import OBJECT, ClusterContext, Pod
from mooring.kserve.pods import pods
from mooring.manifests.service import ServiceObject, service_problem
from mooring.plan.choice import choose_robot
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Step
from mooring.problems.routes import get, pointer, put_all
from mooring.redaction import quote
from mooring.registry.reference import FETCHED, meant, pulled, unresolved


@dataclass(frozen=True, slots=True)
class InjectedObject:
    """An object with its images and lists as they are rendered; `patches` are the JSON 6902 operations that do it,
    `robots` those that pull its images, `overrides` the names of the image overrides that applied, `references` the Secrets
    that the lists of its pods name as they are written, and where: to find its pods again takes 60 µs."""

    original: ServiceObject
    data: Mapping[str, Any]
    patches: tuple[Mapping[str, Any], ...]
    robots: frozenset[str]
    overrides: frozenset[str]
    references: Mapping[str, Route] = field(default_factory=dict)


class _Retargeted(NamedTuple):
    """An object in the images of its environment."""

    data: Mapping[str, Any]
    patches: tuple[Mapping[str, Any], ...] = ()
    overrides: frozenset[str] = frozenset()


class _Needs(NamedTuple):
    """What the images of pods need: Secrets in order, the robots' names, and the problems of those that no robot pulls."""

    secrets: dict[str, None]
    robots: frozenset[str]
    problems: list[Problem]


def inject_pull_secrets(
    obj: ServiceObject, context: ClusterContext, robots: Robots, image_changes: ImageChanges
) -> tuple[InjectedObject, list[Problem]]:
    """The object as it is rendered: images of its environment, and a list wherever a pod spec of it needs one."""
    changed = _retargeted(obj, context, image_changes) if image_changes else _Retargeted(obj.data)
    problems: dict[tuple[str, str, Route], Problem] = {}
    secrets: dict[Route, dict[str, None]] = {}
    used: set[str] = set()
    references: dict[str, Route] = {}
    for pod in pods(changed.data, obj.info, context):
        references.update(pod.references)
        needs = _needs(obj, pod, robots)
        used |= needs.robots
        for problem in needs.problems:
            problems.setdefault((problem.code, problem.message, problem.route), problem)
        if pod.route is not None:
            secrets.setdefault(pod.route, {}).update(needs.secrets)
    data, patches = _with_lists(changed.data, {route: names for route, names in secrets.items() if names})
    injected = InjectedObject(obj, data, (*changed.patches, *patches), frozenset(used), changed.overrides, references)
    return injected, [*_not_open(obj.service, robots), *problems.values()]


def _retargeted(obj: ServiceObject, context: ClusterContext, image_changes: ImageChanges) -> _Retargeted:
    """The object in the images of its environment, as far as it writes them itself."""
    changes: dict[Route, str] = {}
    overrides: set[str] = set()
    seen: set[Route] = set()
    for image in (image for pod in pods(obj.data, obj.info, context) for image in pod.images):
        if image.owner != OBJECT or image.route in seen:
            continue
        seen.add(image.route)
        written = get(obj.data, image.route)
        if isinstance(written, str):
            changed, names = image_changes.changed(written)
            overrides.update(names)
            if changed != written:
                changes[image.route] = changed
    patches = tuple({"op": "replace", "path": pointer(route), "value": image} for route, image in changes.items())
    return _Retargeted(put_all(obj.data, changes), patches, frozenset(overrides))


def _with_lists(
    data: Mapping[str, Any], secrets: Mapping[Route, Mapping[str, None]]
) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    """The object whose pod spec at each route names these Secrets first, and the patches that make it so."""
    patches: list[dict[str, Any]] = []
    changes: dict[Route, Any] = {}
    for route, names in secrets.items():
        place = (*route, "imagePullSecrets")
        there = get(data, place)
        entries = there if isinstance(there, list) else []
        kept = [entry for entry in entries if not (isinstance(entry, dict) and entry.get("name") in names)]
        changes[place] = [*({"name": name} for name in names), *kept]
        patches += _list_patches(place, names, entries if isinstance(there, list) else None)
    return put_all(data, changes), patches


def _list_patches(place: Route, names: Mapping[str, None], there: list[Any] | None) -> list[dict[str, Any]]:
    """JSON 6902: the whole list where there is none, else what is missing at its front."""
    wanted = [{"name": name} for name in names]
    if there is None:
        return [{"op": "add", "path": pointer(place), "value": wanted}]
    if there[: len(wanted)] == wanted:
        return []
    removals = [
        {"op": "remove", "path": pointer((*place, index))}
        for index in reversed(range(len(there)))
        if isinstance(there[index], dict) and there[index].get("name") in names
    ]
    return removals + [{"op": "add", "path": pointer((*place, 0)), "value": entry} for entry in reversed(wanted)]


def _needs(obj: ServiceObject, pod: Pod, robots: Robots) -> _Needs:
    """What the pod's images need; those whose Secret must be the first come first."""
    secrets: dict[str, None] = {}
    used: set[str] = set()
    problems: list[Problem] = []
    for image in sorted(pod.images, key=lambda image: not image.reference.startswith(FETCHED)):
        # What no kubelet can read is said of the image: no robot mends it.
        reference = meant(image.reference) if unresolved(image.reference) else pulled(image.reference)
        registry = robots.registries.recognise(reference) if reference else None
        if reference is None or registry is None or registry.is_public(reference):
            continue
        robot, problem = choose_robot(obj, image, reference, registry, robots)
        if robot is not None:
            used.add(robot.name)
            secrets[robot.secret] = None
        if problem is not None:
            problems.append(problem)
    return _Needs(secrets, frozenset(used), problems)


def _not_open(service: model.Service, robots: Robots) -> Iterator[Problem]:
    """The problems of robots under the service's `robots:` that are not open to its namespace."""
    for index, name in enumerate(service.robots or ()):
        robot = robots.by_name.get(name)
        if robot is None or is_open(robot, service.namespace):
            continue
        namespace = quote(service.namespace, "name")
        message = f"robot {quote(name, 'name')} is not open to namespace {namespace}"
        hint = f"add {namespace} to the robot's `namespaces:`, or use another robot"
        problem = service_problem(service, "secret-not-in-namespace", message, "robots", index, hint=hint)
        start = Step(f"robot {quote(name, 'name')}", source=problem.source, route=problem.route)
        yield dataclasses.replace(problem, flow=(start, *opened(robot)))
