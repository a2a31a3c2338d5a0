"""The pull path of what was planned: every pull of a namespace's services, and the problems of those that would fail."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from mooring import rules
from mooring.fleet import model
from mooring.fleet.environments import expiry_place
from mooring.fleet.formats import parse_date
from mooring.kserve import webhook
from mooring.kserve.pods import pods
from mooring.manifests.objects import KubernetesObject
from mooring.plan.environment import ResolvedEnvironment, placed_runtimes
from mooring.plan.namespace import default_namespace
from mooring.plan.planned import Planned
from mooring.problems.problem import Problem
from mooring.pulls.trace import PlacedObjects, PullTrace
from mooring.pulls.verdict import FINE, ClusterState, Pull, RobotFacts, SecretFacts, pulls

# The planner has said these better, at the place where a robot is to be named.
_PLANNED = frozenset({"no-robot", "ambiguous-robot", "robot-lacks-project", "secret-not-in-namespace"})


def robot_facts(robot: model.Robot, hosts: tuple[str, ...]) -> RobotFacts:
    """What the pull path asks of a robot of the fleet."""
    pairs = frozenset(f"{host}/{project}" for host in hosts for project in robot.all_projects)
    expires = parse_date(robot.expires) if robot.expires else None
    return RobotFacts(robot.name, pairs, robot.project or ",".join(robot.all_projects), expires)


def state(
    resolved: ResolvedEnvironment, planned: Planned, namespace: str, as_of: datetime.date | None = None
) -> ClusterState:
    """What will stand in the namespace: its robots' Secrets, and the `default` account where it is managed."""
    secrets = {}
    for robot in planned.robots:
        hosts = resolved.hosts(robot)
        secrets[namespace, robot.secret] = SecretFacts(hosts, robot_facts(robot, hosts))
    accounts = {}
    managed = resolved.namespaces.get(namespace)
    if managed is not None and managed.default_service_account == "manage":
        accounts[namespace, "default"] = tuple(sorted({robot.secret for robot in planned.robots}))
    return ClusterState(resolved.registries, secrets, accounts, as_of)


def follow_pulls(
    resolved: ResolvedEnvironment, planned: Planned, *, as_of: datetime.date | None = None
) -> tuple[list[Pull], list[Problem]]:
    """Every pull of the planned services, and what is wrong with them."""
    found: list[Pull] = []
    problems: list[Problem] = []
    states: dict[str, ClusterState] = {}
    found_by: PlacedObjects | None = None
    failed = {problem.object for problem in planned.problems if problem.code in _PLANNED}
    for injected in planned.injected:
        namespace = injected.original.service.namespace or ""
        problems += refused(injected.original, injected.data)
        if namespace not in states:
            states[namespace] = state(resolved, planned, namespace, as_of)
        for pod in pods(injected.data, injected.original.info, resolved.context):
            for pull in pulls(pod, injected.original.ref, namespace, states[namespace]):
                # A cluster-scoped runtime has no namespace: its pods are judged where they run.
                if not namespace and pull.verdict != "auth-host-mismatch":
                    continue
                if pod.route is None and pod.unknown and pull.origin == "platform":
                    continue
                found.append(pull)
                if pull.verdict not in FINE and not (pull.object in failed and pull.verdict in _ALSO):
                    found_by = placed_runtimes(resolved) if found_by is None else found_by
                    trace = PullTrace(
                        injected.original, pod, pull, found_by, resolved.robots.by_name, resolved.expiry_places
                    )
                    problem = broken(resolved, injected.original, pull, *described(pull))
                    problems.append(dataclasses.replace(problem, flow=trace.steps()))
    for service_problem in default_namespace(resolved) if _is_default(planned) else ():
        problems.append(service_problem)
    return found, problems


# What follows from a robot that was not found: one cause, one problem.
_ALSO = frozenset({"secret-not-referenced", "secret-not-in-namespace", "robot-lacks-project", "secret-shadowed"})


def _is_default(planned: Planned) -> bool:
    return any(injected.original.service.namespace == "default" for injected in planned.injected)


def refused(obj: KubernetesObject, data: Mapping[str, Any]) -> Iterator[Problem]:
    """What KServe refuses though the schema accepts it, and lists where none is read; `data` is the subject's object."""
    for message, route, hint in webhook.refusals(data, obj.info):
        yield obj.problem("invalid-service", message, route, hint=hint)


def described(pull: Pull) -> tuple[str, str]:
    """Message and hint of a pull that would fail, as its rule words them."""
    words: tuple[str, str] = rules.load(pull.verdict).describe(pull)
    return words


def broken(resolved: ResolvedEnvironment | None, obj: KubernetesObject, pull: Pull, message: str, hint: str) -> Problem:
    """The problem of a pull that would fail, where it can be mended: at a robot's `expires`, else in the object."""
    robot = resolved.robots.by_name.get(pull.robot.name) if resolved is not None and pull.robot is not None else None
    if resolved is not None and robot is not None and pull.verdict == "robot-expired":
        # One day is to be mended, however many images wait for it.
        place = expiry_place(robot, resolved.expiry_places)
        if place is not None:
            return Problem(pull.verdict, message, place.source, place.route, hint=hint)
    return obj.problem(pull.verdict, message, pull.place, hint=hint)
