"""A service of the fleet → a question for each of its images: the fleet's verdict, the registry's address and trust, and
the robot whose credential the pod should have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from mooring.doctor.asking import Question, Session
from mooring.doctor.keyring import NOTHING, Keyring, of_credential, together
from mooring.doctor.refusal import Expected
from mooring.doctor.verdict import Verdict, as_entry, lines
from mooring.fleet import model
from mooring.fleet.formats import parse_date
from mooring.fleet.generations import generations
from mooring.fleet.robots import is_open
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.service_pulls import ServicePulls
from mooring.pulls import words
from mooring.pulls.verdict import FINE, UNKNOWN, Pull
from mooring.registry.reference import Reference, pulled
from mooring.rules import REASONS

Trust = Callable[[model.Registry | None], bytes | None]
"""The CA bundle for a registry of the fleet, or for any other."""


def robots_of(resolved: ResolvedEnvironment, pull: Pull) -> list[model.Robot]:
    """The fleet's robots whose Secrets the pod of a pull has, in its list's order."""
    namespace = pull.object.namespace
    return [
        robot
        for name in pull.secrets
        for robot in resolved.fleet.robots
        if robot.secret == name and is_open(robot, namespace)
    ]


def expected(resolved: ResolvedEnvironment, robot: model.Robot) -> Expected:
    """What the fleet says of a robot's credential."""
    registry = resolved.fleet.registry_of(robot)
    return Expected(
        robot.name, generations(resolved.login(robot)), registry.robot_prefix if registry else "robot$",
        parse_date(robot.expires) if robot.expires else None,
    )  # fmt: skip


def registry_of(resolved: ResolvedEnvironment, reference: Reference) -> model.Registry | None:
    """The fleet's registry that an image is of."""
    found = resolved.registries.recognise(reference)
    return next((one for one in resolved.fleet.registries if found is not None and one.name == found.name), None)


def question(
    resolved: ResolvedEnvironment, reference: Reference, keyring: Keyring, trust: Trust, pull: Pull | None = None
) -> Question:
    """What is to be asked for one image, with the address and the trust that the fleet gives its registry."""
    registry = registry_of(resolved, reference)
    if registry is None:
        robots: list[model.Robot] = []
    elif pull is None:
        robots = [*resolved.robots.covering(registry.name, reference.project)]
    else:
        robots = [robot for robot in robots_of(resolved, pull) if resolved.fleet.registry_of(robot) == registry]
    own = pull.robot.name if pull is not None and pull.robot is not None else ""
    is_broken = pull is not None and pull.verdict not in FINE | {UNKNOWN}
    return Question(
        reference, keyring, trust(registry), registry is not None and urlsplit(registry.url).scheme == "http",
        tuple(expected(resolved, robot) for robot in sorted(robots, key=lambda robot: robot.name != own)),
        (pull.verdict,) if pull is not None and is_broken else (), pull=pull,
    )  # fmt: skip


def given(resolved: ResolvedEnvironment, robot: model.Robot, login: str, secret: str) -> Keyring:
    """What the Secret of a robot holds for a credential."""
    return of_credential(login, secret, resolved.hosts(robot))


def keyring_of(resolved: ResolvedEnvironment, pull: Pull, chosen: Mapping[str, Keyring]) -> Keyring:
    """What the pod of a pull has, where `chosen` are the Secrets' by their robots. Where a robot is to pull it, another's
    credential proves nothing."""
    if pull.robot is not None:
        return chosen.get(pull.robot.name, NOTHING)
    return together(chosen.get(robot.name, NOTHING) for robot in robots_of(resolved, pull))


def judged(
    resolved: ResolvedEnvironment, pull: Pull, keyring: Keyring, trust: Trust, session: Session
) -> Verdict:  # fmt: skip
    """The verdict of one pull of the fleet: its registry is asked wherever it is known which."""
    reference = pulled(pull.image) if pull.image else None
    if reference is not None:
        return session.ask(question(resolved, reference, keyring, trust, pull))
    nothing = Reference(pull.image, "", "", "", "", "")
    if pull.verdict not in FINE | {UNKNOWN}:
        return Verdict(nothing, (pull.verdict,), pull=pull)
    why = (f"{REASONS[pull.reason]} is not at hand",) if pull.reason else ()
    return Verdict(nothing, ("image-unknown",), why, pull=pull)


def service_entry(found: ServicePulls, environment: str, verdicts: list[Verdict]) -> dict[str, Any]:
    """All verdicts of an object as JSON data: `explain`'s entry, with a verdict beside each pull."""
    pulls = [{**as_entry(one), "pull": pull.as_json()} for pull, one in zip(found.pulls, verdicts, strict=True)]
    return {"object": found.object.as_json(), "environment": environment, "pulls": pulls}


def service_text(entry: Mapping[str, Any]) -> str:
    """The same for people."""
    return "\n".join(_lines(entry)) + "\n"


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    """Line by line: the object, then image by image its way and its verdict."""
    yield words.title(entry)
    if not entry["pulls"]:
        yield "runs no pod"
    for one in entry["pulls"]:
        first, *rest = lines({**one, "image": one["image"] or "an image"})
        yield first
        yield from (f"  {station}" for station in words.way(one["pull"]))
        yield from rest
