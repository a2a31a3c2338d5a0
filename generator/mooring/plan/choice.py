"""The robot that pulls one image of a service: what the service's `robots:` say, else the one that covers its project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mooring.fleet import model
from mooring.fleet.robots import Robots, granted, opened
from mooring.kserve.model import OBJECT, Image
from mooring.manifests.service import ServiceObject
from mooring.problems.problem import Problem, Step
from mooring.redaction import listed, quote, shown
from mooring.registry.reference import Reference
from mooring.registry.registries import Registry

_LISTED = 8  # steps of a trace; more of them say nothing


class Choice(NamedTuple):
    """The robot for an image, or the problem that there is none; neither where another problem says so."""

    robot: model.Robot | None = None
    problem: Problem | None = None


def choose_robot(obj: ServiceObject, image: Image, reference: Reference, registry: Registry, robots: Robots) -> Choice:
    """The robot that pulls the image: the service's own that covers it, else the only one that does."""
    service = obj.service
    usable, names, secrets = robots.usable(registry.name, reference.project, service.namespace)
    own = [robots.by_name[name] for name in service.robots or () if name in robots.by_name]
    for robot in own:
        if robot.name in names:
            return Choice(robot)
    # KServe's own images, and a runtime's, are not the service's choice: any robot of the namespace may pull them.
    if service.robots and image.origin not in ("platform", "runtime"):
        covering = {robot.name for robot in robots.covering(registry.name, reference.project)}
        # One that covers the project and is not open to the namespace is reported at the service's `robots:`.
        is_reported = not own or any(robot.name in covering for robot in own)
        return Choice() if is_reported else Choice(problem=_lacks_project(obj, image, reference, own, usable))
    if len(secrets) > 1:
        return Choice(problem=_ambiguous(obj, image, usable))
    if usable:
        return Choice(usable[0])
    return Choice(problem=_uncovered(obj, image, reference, robots.covering(registry.name, reference.project)))


def _lacks_project(
    obj: ServiceObject, image: Image, reference: Reference, own: Sequence[model.Robot], usable: Sequence[model.Robot]
) -> Problem:
    """The problem that none of the service's own robots covers the image's project; `usable` are others that do."""
    project = quote(reference.project, "name")
    hint = f"add project {project} to it in Harbor and in the fleet"
    if usable:
        hint = f"name robot {quote(usable[0].name, 'name')} under `robots:`, it covers the project"
    message = f"{_named(own)} may not pull from project {project}"
    return _problem(obj, image, "robot-lacks-project", message, hint, granted(own[:_LISTED]))


def _ambiguous(obj: ServiceObject, image: Image, usable: Sequence[model.Robot]) -> Problem:
    """The problem that robots of different Secrets cover the image, and the service names none of them."""
    message = f"several robots cover {quote(image.reference, 'image')}: {_named(usable)}"
    hint = "name one of them under the service's `robots:`"
    return _problem(obj, image, "ambiguous-robot", message, hint, granted(usable[:_LISTED]))


def _uncovered(obj: ServiceObject, image: Image, reference: Reference, covering: Sequence[model.Robot]) -> Problem:
    """The problem that no robot covers the image; `covering` are those that do, and are not open to its namespace."""
    hint = f"add a robot with `project: {shown(reference.project, 'name')}`"
    if covering:
        robot = quote(covering[0].name, "name")
        hint = f"robot {robot} covers the project but is not open to this namespace: see its `namespaces:`"
    steps = [step for robot in covering[:_LISTED] for step in opened(robot)]
    return _problem(obj, image, "no-robot", f"no robot covers {quote(image.reference, 'image')}", hint, steps)


def _named(robots: Sequence[model.Robot]) -> str:
    return listed([quote(robot.name, "name") for robot in robots])


def _problem(obj: ServiceObject, image: Image, code: str, message: str, hint: str, steps: Iterable[Step]) -> Problem:
    """The problem of an image, traced from it to the robots that do not serve it."""
    route = image.route if image.owner == OBJECT else ()
    flow = (obj.step(f"image {quote(image.reference, 'image')}", route), *steps)
    return obj.problem(code, message, route, hint=hint, flow=flow if len(flow) > 1 else ())
