"""The robots, exemptions and back ends of a fleet on a day: what of them ends, and what is there that nothing needs."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

from mooring.check import ciphertexts, sops
from mooring.check.expiry import of_exemptions, of_robots
from mooring.fleet import model
from mooring.fleet.policy_names import KUBERNETES
from mooring.plan.environment import ResolvedEnvironment
from mooring.policies.frames import LABEL
from mooring.problems.collecting import finish, merge, silence_commented
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.tree.run import Outcome

_NEEDS_GRANTS = "require-pull-secret"  # refuses a Harbor image where there are no grants


def check_fleet(
    outcome: Outcome, as_of: datetime.date, fail_within: int | None, only: Collection[str] = ()
) -> list[Problem]:
    """What `check` says of the fleet beside its tree on the day `as_of`: of all environments, or the `only` ones."""
    fleet = outcome.loaded.fleet
    if fleet is None:
        return []
    found: list[Problem] = []
    chosen = [name for name in outcome.by_environment if not only or name in only]
    for resolved in map(outcome.by_environment.__getitem__, chosen):
        found += of_robots(resolved, resolved.fleet.robots, as_of, fail_within)
        found += of_exemptions(resolved, as_of, fail_within)
        found += [finish(problem, resolved.name) for problem in _unlabelled(resolved)]
        more = (*ciphertexts.certificate(resolved, as_of), *sops.rules(resolved))
        found += [finish(problem, resolved.name) for problem in more]
    # What is needed is known only where every pull was followed, in every environment.
    needed: dict[str, set[str]] = {}
    for entry in outcome.findings.used:
        if entry[0] == "robot":
            needed.setdefault(entry[1], set()).add(entry[2])
    for robot in fleet.robots if not (outcome.errors or only) else ():
        found += [finish(problem, None) for problem in _unneeded(robot, needed.get(robot.name, set()))]
    if not (outcome.errors or only):
        files = {entry[1] for entry in outcome.findings.used if entry[0] == "ciphertext"}
        found += [finish(problem, None) for problem in ciphertexts.unused([*outcome.by_environment.values()], files)]
    return merge(silence_commented(found, outcome.loaded.documents), chosen)


def _unlabelled(resolved: ResolvedEnvironment) -> Iterator[Problem]:
    """The namespaces of others, whose grants the API server's policies find by a label that mooring does not write."""
    policies = resolved.fleet.policies
    if policies.engine != KUBERNETES or _NEEDS_GRANTS not in policies.actions():
        return
    exempt = {item.namespace for item in policies.exempt if _NEEDS_GRANTS in item.policies}
    for namespace in resolved.fleet.namespaces:
        if not namespace.manage and namespace.name not in exempt and namespace.place is not None:
            message = f"whether namespace {quote(namespace.name, 'name')} has label `{LABEL}` is up to its owner"
            yield Problem(
                "unlabelled-namespace", message, namespace.place.source, (*namespace.place.route, "manage"),
                hint=f"write `{LABEL}: \"true\"` on the Namespace; without it every Harbor image there is refused",
            )  # fmt: skip


def _unneeded(robot: model.Robot, needed: Collection[str]) -> Iterator[Problem]:
    """What of the robot is not used; `needed` are the projects that it pulled from."""
    if robot.place is None:
        return
    source, route = robot.place.source, robot.place.route
    if not needed and not robot.namespaces:
        yield Problem(
            "robot-unused", f"no service uses robot {quote(robot.name, 'name')}", source, (*route, "name"),
            hint="take it out here and in Harbor, or name the `namespaces:` that keep it",
        )  # fmt: skip
    elif needed:
        for index, project in enumerate(robot.projects or ()):
            if project not in needed:
                yield Problem(
                    "robot-too-broad", f"robot {quote(robot.name, 'name')} may pull from "
                    f"{quote(project, 'name')}, and no image is there",
                    source, (*route, "projects", index), hint="take the project out here and in Harbor",
                )  # fmt: skip
