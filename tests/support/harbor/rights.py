"""Who asks, and what they may do: logins, roles of users, rights of robots, what everybody may do in a public project."""

from __future__ import annotations

import hmac
import time
from functools import cache
from typing import NamedTuple

from tests.support.harbor.messages import Answer, Request, error, unauthorized
from tests.support.harbor.state import (
    ADMIN,
    DEVELOPER,
    GUEST,
    LIMITED_GUEST,
    MAINTAINER,
    Access,
    Project,
    Robot,
    State,
    User,
    recorded,
)

PUBLIC = {
    ("repository", "pull"),
    ("repository", "list"),
    ("repository", "read"),
    ("project", "read"),
    ("artifact", "list"),
    ("artifact", "read"),
}
OF_ROLE = {
    MAINTAINER: PUBLIC | {("repository", "push"), ("repository", "delete"), ("robot", "list"), ("robot", "read")},
    DEVELOPER: PUBLIC | {("repository", "push"), ("robot", "list"), ("robot", "read")},
    GUEST: PUBLIC | {("robot", "list"), ("robot", "read")},
    LIMITED_GUEST: PUBLIC,
}


class Caller(NamedTuple):
    """Who sent a request: nobody (all None), a user, a robot, or the bearer of a token (its login and rights)."""

    user: User | None = None
    robot: Robot | None = None
    name: str = ""
    token: tuple[tuple[str, tuple[str, ...]], ...] | None = None  # (repository, actions)

    @property
    def known(self) -> bool:
        return bool(self.user or self.robot or self.token is not None)


@cache
def grantable(kind: str) -> frozenset[tuple[str, str]]:
    """The rights that a robot can have, as (resource, action)."""
    return frozenset((right.split(":")[0], right.split(":")[1]) for right in recorded("permissions.json")[kind])


def log_in(state: State, request: Request) -> Caller:
    """The caller of a Basic header. A failure takes `login_delay`; within it, a second one of the same name is
    answered at once, and so is a user's right password."""
    given = request.basic
    if given is None or state.database_down:
        return Caller()
    login, secret = given
    with state.lock:
        caller = identify(state, login, secret)
        locked = state.locked(login)
        if caller.known and not (caller.user and locked):
            return caller
        if not locked:
            state.locked_until[login] = time.monotonic() + state.login_delay
    if not locked:
        time.sleep(state.login_delay)
    return Caller()


def identify(state: State, login: str, secret: str) -> Caller:
    user = state.users.get(login)
    if user and same(user.password, secret):
        return Caller(user=user, name=login)
    robot = state.robot(login)
    if robot and robot.secret and same(robot.secret, secret) and not robot.disabled and not state.expired(robot):
        return Caller(robot=robot, name=login)
    return Caller()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def may(caller: Caller, project: Project | None, resource: str, action: str, *, system: bool = False) -> bool:
    """Whether the caller may, in `project`, or in the system. Where there is no such project, only the admin may."""
    if caller.token is not None:
        return project is not None and any(
            name.split("/")[0] == project.name and action in actions for name, actions in caller.token
        )
    if caller.user and caller.user.admin:
        return True
    if system:
        return caller.robot is not None and robot_may(caller.robot, "/", resource, action)
    if project is None:
        return False
    if caller.robot:
        return robot_may_in(caller.robot, project, resource, action)
    role = caller.user.roles.get(project.name) if caller.user else None
    if role == ADMIN:
        return True
    return (resource, action) in OF_ROLE.get(role or 0, set()) or (project.public and (resource, action) in PUBLIC)


def robot_may_in(robot: Robot, project: Project, resource: str, action: str) -> bool:
    """Push implies pull for robots of a project only. A system robot with rights in no project may not even
    what everybody may in a public one."""
    if robot_may(robot, project.name, resource, action):
        return True
    if (
        robot.level == "project"
        and (resource, action) == ("repository", "pull")
        and robot_may(robot, project.name, resource, "push")
    ):
        return True
    in_projects = robot.level == "project" or any(one.kind == "project" for one in robot.permissions)
    return (
        project.public
        and in_projects
        and (resource, action) in PUBLIC
        and not refused(robot, project.name, resource, action)
    )


def robot_may(robot: Robot, namespace: str, resource: str, action: str) -> bool:
    granted = [right for right in rights_in(robot, namespace) if (right.resource, right.action) == (resource, action)]
    return bool(granted) and all(right.effect != "deny" for right in granted)


def refused(robot: Robot, namespace: str, resource: str, action: str) -> bool:
    return any(right == Access(resource, action, "deny") for right in rights_in(robot, namespace))


def rights_in(robot: Robot, namespace: str) -> list[Access]:
    """The accesses that hold in a project, or in the system (`/`)."""
    return [
        right
        for permission in robot.permissions
        if permission.namespace == namespace or (permission.namespace == "*" and namespace != "/")
        for right in permission.access
    ]


def refusal(caller: Caller, *, system: bool = False) -> Answer:
    """What somebody without the right is told."""
    if not caller.known or caller.token is not None:
        return unauthorized()
    return error(403, "FORBIDDEN", caller.name if system else "forbidden")
