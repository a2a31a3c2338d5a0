"""The pull path of what was planned: every pull of a namespace's services, and the problems of those that would fail."""

from __future__ import annotations

import dataclasses
import datetime
import functools

from mooring.fleet import model
from mooring.fleet.formats import parse_date
from mooring.kserve.deployment import mode_of
from mooring.kserve.model import Pod
from mooring.kserve.pods import pods
from mooring.manifests.objects import KubernetesObject
from mooring.manifests.service import ServiceObject
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.namespace import default_namespace
from mooring.plan.planned import Planned
from mooring.problems.problem import Problem
from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.pulls.knative import Resolution
from mooring.pulls.said import RUNTIMES, broken, described, is_filled_in, is_said_of_pod, refused, rewritten, unknown_pod
from mooring.pulls.trace import PlacedObject, PlacedObjects, PullTrace, key_of
from mooring.pulls.verdict import BAD_IMAGE, FINE, OF_IMAGE, Pull, pulls

# The planner has said these better, at the place where a robot is to be named.
_PLANNED = frozenset({"no-robot", "ambiguous-robot", "robot-lacks-project", "secret-not-in-namespace"})


def robot_facts(resolved: ResolvedEnvironment, robot: model.Robot, hosts: tuple[str, ...]) -> RobotFacts:
    """What the pull path asks of a robot of the fleet."""
    pairs = frozenset(f"{host}/{project}" for host in hosts for project in robot.all_projects)
    expires = parse_date(robot.expires) if robot.expires else None
    project = robot.project or ",".join(robot.all_projects)
    return RobotFacts(robot.name, pairs, project, expires, resolved.login(robot))


def state(
    resolved: ResolvedEnvironment, planned: Planned, namespace: str, as_of: datetime.date | None = None
) -> ClusterState:
    """What will stand in the namespace: its robots' Secrets, and the `default` account where it is managed."""
    secrets = {}
    for robot in planned.robots:
        hosts = resolved.hosts(robot)
        secrets[namespace, robot.secret] = SecretFacts(hosts, robot_facts(resolved, robot, hosts))
    accounts = {}
    managed = resolved.namespaces.get(namespace)
    if managed is not None and managed.default_service_account == "manage":
        accounts[namespace, "default"] = tuple(sorted({robot.secret for robot in planned.robots}))
    return ClusterState(resolved.registries, secrets, accounts, as_of, _allowed(resolved, namespace))


_POLICY = "allowed-registries"


def _allowed(resolved: ResolvedEnvironment, namespace: str) -> frozenset[str] | None:
    """The hosts that the fleet's own policy lets images of a namespace come from; None where it judges none there."""
    policies = resolved.fleet.policies
    exempt = any(item.namespace == namespace and _POLICY in item.policies for item in policies.exempt)
    if exempt or _POLICY not in policies.actions():
        return None
    return frozenset(policies.other_registries).union(*(registry.hosts for registry in resolved.registries.all))


def follow_pulls(
    resolved: ResolvedEnvironment, planned: Planned, *, as_of: datetime.date | None = None
) -> tuple[list[Pull], list[Problem]]:
    """Every pull of the planned services, and what is wrong with them."""
    found: list[Pull] = []
    problems: list[Problem] = []
    states: dict[str, ClusterState] = {}
    placed = functools.cache(lambda: _placed_runtimes(resolved, planned))  # asked for only where a pull would fail
    failed = {problem.object for problem in planned.problems if problem.code in _PLANNED}
    for injected in planned.injected:
        obj, namespace = injected.original, injected.original.service.namespace or ""
        problems += refused(obj, injected.data)
        problems += rewritten(obj, injected.data, planned.context, resolved.fleet.gitops)
        if namespace not in states:
            states[namespace] = state(resolved, planned, namespace, as_of)
        mode = mode_of(injected.data, obj.info, planned.context)
        for pod in pods(injected.data, obj.info, planned.context):
            # A cluster-scoped runtime has no namespace: its pods are judged where they run.
            own = [_in_fleet_file(pull, obj) for pull in pulls(pod, obj.ref, namespace, states[namespace])]
            own = [pull for pull in own if (namespace or pull.verdict in _ANYWHERE) and not is_filled_in(pull)]
            resolution = Resolution(mode, pod, namespace, states[namespace], resolved.skipping)
            own = [resolution.settled(pull) for pull in own]
            problems += [problem for pull in own for problem in resolution.warnings(obj, pull)]
            found += own
            problems += [*unknown_pod(obj, pod)] if namespace else []
            for pull in own:
                follows = pull.object in failed and pull.verdict in _ALSO
                if pull.image and pull.verdict not in FINE and not follows and not is_said_of_pod(pull, pod):
                    problems.append(_traced(resolved, obj, pod, pull, placed()))
    problems += default_namespace(resolved) if _is_default(planned) else ()
    return found, problems


def _placed_runtimes(resolved: ResolvedEnvironment, planned: Planned) -> PlacedObjects:
    """Where the runtimes are written: in the fleet file, or among the manifests of the namespace."""
    found = resolved.placed_runtimes()
    for injected in planned.injected:
        obj = injected.original
        if obj.info.kind in RUNTIMES and obj.service.manifests is not None:
            found[key_of(injected.data)] = PlacedObject(injected.data, obj.source, obj.base)
    return found


def _in_fleet_file(pull: Pull, obj: ServiceObject) -> Pull:
    """The pull as a fleet file's: nothing fills in a variable there, but KServe a runtime's own placeholders."""
    if pull.reason != "variable" or obj.service.manifests is not None or is_filled_in(pull):
        return pull
    return dataclasses.replace(pull, verdict=BAD_IMAGE, detail="variable", reason="")


def _traced(
    resolved: ResolvedEnvironment, obj: KubernetesObject, pod: Pod, pull: Pull, placed: PlacedObjects
) -> Problem:  # fmt: skip
    """The problem of a pull, with the stations up to the broken link."""
    trace = PullTrace(obj, pod, pull, placed, resolved.robot_steps)
    return dataclasses.replace(broken(obj, pull, *described(pull), resolved.expires(pull)), flow=trace.steps())


_ANYWHERE = OF_IMAGE | {"auth-host-mismatch"}
# What follows from a robot that was not found: one cause, one problem.
_ALSO = frozenset({"secret-not-referenced", "secret-not-in-namespace", "robot-lacks-project", "secret-shadowed"})


def _is_default(planned: Planned) -> bool:
    return any(injected.original.service.namespace == "default" for injected in planned.injected)
