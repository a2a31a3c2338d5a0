"""Which Secrets a pod's images need, and the `imagePullSecrets` that name them: the planner's half of the pull path."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.fleet import model
from mooring.fleet.images import ImageChanges
from mooring.fleet.robots import Robots, _opened, granted, is_open, is_public
from mooring.kserve.model import ClusterContext, Image, Pod
from mooring.kserve.pods import pods
from mooring.manifests.service import ServiceObject, service_problem
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Step
from mooring.problems.routes import get, pointer, put_all
from mooring.redaction import quote, shown
from mooring.registry.reference import FETCHED, Reference, meant
from mooring.registry.registries import Registry


@dataclass(frozen=True, slots=True)
class InjectedObject:
    """A subject with its images and lists as they are rendered; `patches` are the JSON 6902 operations that do it."""

    original: ServiceObject
    data: Mapping[str, Any]
    patches: tuple[Mapping[str, Any], ...]
    robots: frozenset[str]


def _choose(obj: ServiceObject, image: Image, reference: Reference, registry: Registry, robots: Robots) -> Any:
    """The robot for one image, or the problem that there is none."""
    service = obj.service
    covering = robots.covering(registry.name, reference.project)
    usable, names, secrets = robots.usable(registry.name, reference.project, service.namespace)
    own = [robots.by_name[name] for name in service.robots or () if name in robots.by_name]
    listed = next((robot for robot in own if robot.name in names), None)
    if listed is not None:
        return listed
    # KServe's own images, and a runtime's, are not the service's choice: any robot of the namespace may pull them.
    if service.robots and image.origin not in ("platform", "runtime"):
        if not {robot.name for robot in own}.isdisjoint(robot.name for robot in covering):
            return None  # it covers the project and is not open to the namespace: `_closed` says so
        if own:
            hint = f"add project {quote(reference.project, 'name')} to it in Harbor and in the fleet"
            if usable:
                hint = f"name robot {quote(usable[0].name, 'name')} under `robots:`, it covers the project"
            message = f"{_listed(own)} may not pull from project {quote(reference.project, 'name')}"
            return _problem(obj, image, "robot-lacks-project", message, hint, granted(own[:_LISTED]))
        return None
    if len(secrets) > 1:
        message = f"several robots cover {quote(image.reference, 'image')}: {_listed(usable)}"
        return _problem(
            obj, image, "ambiguous-robot", message,
            "name one of them under the service's `robots:`", granted(usable[:_LISTED]),
        )  # fmt: skip
    if usable:
        return usable[0]
    hint = f"add a robot with `project: {shown(reference.project, 'name')}`"
    closed = [step for robot in covering[:_LISTED] for step in _opened(robot)]
    if covering:
        hint = (
            f"robot {quote(covering[0].name, 'name')} covers the project "
            "but is not open to this namespace: see its `namespaces:`"
        )
    return _problem(obj, image, "no-robot", f"no robot covers {quote(image.reference, 'image')}", hint, closed)


# More of them say nothing.
_LISTED = 8


def _listed(robots: Sequence[model.Robot]) -> str:
    names = [quote(robot.name, "name") for robot in robots[:_LISTED]]
    return ", ".join(names if len(robots) <= _LISTED else [*names, f"{len(robots) - _LISTED} more"])


def _problem(obj: ServiceObject, image: Image, code: str, message: str, hint: str, steps: Iterable[Step]) -> Problem:
    """The problem of an image, and the flow from it to the robots that do not serve it."""
    route = image.route if image.owner == "object" else ()
    flow = (obj.step(f"image {quote(image.reference, 'image')}", route), *steps)
    return obj.problem(code, message, route, hint=hint, flow=flow if len(flow) > 1 else ())


def _retargeted(
    obj: ServiceObject, context: ClusterContext, image_changes: ImageChanges
) -> tuple[Any, list[dict[str, Any]]]:
    body: Any = obj.data
    patches = []
    seen: set[Route] = set()
    changes: dict[Route, Any] = {}
    for pod in pods(body, obj.info, context):
        for image in pod.images:
            if image.owner != "object" or image.route in seen:
                continue
            seen.add(image.route)
            written = get(body, image.route)
            changed = image_changes.image(written) if isinstance(written, str) else written
            if changed != written:
                changes[image.route] = changed
                patches.append({"op": "replace", "path": pointer(image.route), "value": changed})
    return put_all(body, changes), patches


def inject_pull_secrets(
    obj: ServiceObject, context: ClusterContext, robots: Robots, image_changes: ImageChanges
) -> tuple[InjectedObject, list[Problem]]:
    """The subject as it is rendered: images of its environment, and a list wherever a pod spec of it needs one."""
    body, patches = _retargeted(obj, context, image_changes) if image_changes else (obj.data, [])
    problems: list[Problem] = list(_closed(obj, robots))
    needed: dict[Route, dict[str, None]] = {}
    used: set[str] = set()
    said: set[tuple[str, str, Route]] = set()
    for pod in pods(body, obj.info, context):
        secrets, found = _needs(obj, pod, robots, used)
        for problem in found:
            key = (problem.code, problem.message, problem.route)
            if key not in said:
                said.add(key)
                problems.append(problem)
        if pod.route is not None:
            needed.setdefault(pod.route, {}).update(secrets)
    changes: dict[Route, Any] = {}
    for route, names in needed.items():
        if not names:
            continue
        place = (*route, "imagePullSecrets")
        there = get(body, place)
        entries = there if isinstance(there, list) else []
        kept = [entry for entry in entries if not (isinstance(entry, dict) and entry.get("name") in names)]
        changes[place] = [*({"name": name} for name in names), *kept]
        patches += _list_patches(place, names, entries if isinstance(there, list) else None)
    return InjectedObject(obj, put_all(body, changes), tuple(patches), frozenset(used)), problems


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


def _needs(obj: ServiceObject, pod: Pod, robots: Robots, used: set[str]) -> tuple[dict[str, None], list[Problem]]:
    """The Secrets that the pod's images need, in order, and the problems of those that no robot pulls."""
    secrets: dict[str, None] = {}
    problems: list[Problem] = []
    # What reads the first Secret only comes first.
    for image in sorted(pod.images, key=lambda image: not image.reference.startswith(FETCHED)):
        reference = meant(image.reference)
        registry = robots.registries.recognise(reference) if reference else None
        if reference is None or registry is None or is_public(registry, reference):
            continue
        found = _choose(obj, image, reference, registry, robots)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            used.add(found.name)
            secrets[found.secret] = None
    return secrets, problems


def _closed(obj: ServiceObject, robots: Robots) -> Iterable[Problem]:
    service = obj.service
    for index, name in enumerate(service.robots or ()):
        robot = robots.by_name.get(name)
        if robot is not None and not is_open(robot, service.namespace):
            found = service_problem(
                service, "secret-not-in-namespace",
                f"robot {quote(name, 'name')} is not open to namespace {quote(service.namespace, 'name')}", "robots", index,
                hint=f"add {quote(service.namespace, 'name')} to the robot's `namespaces:`, or use another robot",
            )  # fmt: skip
            start = Step(f"robot {quote(name, 'name')}", source=found.source, route=found.route)
            yield dataclasses.replace(found, flow=(start, *_opened(robot)))
