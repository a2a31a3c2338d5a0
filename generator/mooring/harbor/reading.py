"""What Harbor has of the robots that the fleet is about, as far as the caller may see it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from mooring.harbor.api import Api, Project
from mooring.harbor.desired import Harbor
from mooring.harbor.rights import Caller
from mooring.harbor.robots import Robot
from mooring.harbor.trouble import Refusal, Trouble

SYSTEM = ""  # stands for the system where a project's name may stand


@dataclass(frozen=True, slots=True)
class Seen:
    """`robots` by the scope that they were listed in: a project's name, or the system; `unseen` scopes with the reason, and
    `missing` projects, which are not there."""

    caller: Caller
    projects: Mapping[str, Project]
    robots: Mapping[str, tuple[Robot, ...]]
    unseen: Mapping[str, str]
    missing: frozenset[str] = frozenset()


def read(api: Api, login: str, harbor: Harbor) -> Seen | Trouble:
    """Asks Harbor for all that a plan needs. A trouble only where nothing can be known at all."""
    caller = api.me(login)
    if not isinstance(caller, Caller):
        return caller
    projects: dict[str, Project] = {}
    robots: dict[str, tuple[Robot, ...]] = {}
    unseen: dict[str, str] = {}
    missing: set[str] = set()
    for name in sorted({project for robot in harbor.robots for project in robot.projects}):
        found = api.project(name)
        if isinstance(found, Project):
            projects[name] = found
        elif found is not None:
            return found
        else:
            there = api.has_project(name)
            if there is False:
                missing.add(name)
            else:
                unseen[name] = f"project `{name}` is not shown to this caller" if there is True else there.message
    scopes = sorted({robot.identity.project for robot in harbor.robots if robot.level == "project"} & projects.keys())
    for scope in (*scopes, SYSTEM):
        listed = api.robots(projects.get(scope))
        if isinstance(listed, tuple):
            robots[scope] = listed
        elif isinstance(listed, Refusal) and listed.status == 403:
            unseen[scope] = f"{caller.said} without the right to list them"
        else:
            return listed
    return Seen(_known(caller, projects, robots), projects, robots, unseen, frozenset(missing))


def _known(caller: Caller, projects: Mapping[str, Project], robots: Mapping[str, tuple[Robot, ...]]) -> Caller:
    """The caller with what was seen of its rights: a user's role in each project, a robot's own entry."""
    if caller.kind == "user":
        return dataclasses.replace(caller, roles={name: project.role for name, project in projects.items()})
    own = [robot.access for listed in robots.values() for robot in listed if robot.name == caller.name]
    return dataclasses.replace(caller, access=own[0]) if caller.kind == "robot" and own else caller
