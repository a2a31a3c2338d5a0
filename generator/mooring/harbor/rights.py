"""Who asks Harbor, and what it lets them do to robots.

Observed: an admin may do everything, a project admin everything to the robots of the project, a maintainer or guest may only
list them; a robot can be granted to create, list and delete robots, with rights no wider than its own, but never to change
one. https://goharbor.io/docs/2.12.0/administration/managing-users/user-permissions-by-role/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mooring.harbor.names import Level
from mooring.harbor.robots import Access, Robot

_PROJECT_ADMIN = 1
Deed = Literal["create", "change", "delete"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `access` are a robot's own rights, None where it could not see itself; `roles` are a user's, by project."""

    name: str
    kind: Literal["admin", "user", "robot"]
    access: frozenset[Access] | None = None
    roles: dict[str, int] | None = None

    @property
    def said(self) -> str:
        return {"admin": "a system administrator", "user": "a user", "robot": "a robot account"}[self.kind]


def refusal(caller: Caller, deed: Deed, level: Level, project: str, wanted: frozenset[Access]) -> str:
    """Why the caller cannot do this to a robot; empty where it can, or where only trying will tell."""
    if caller.kind == "admin":
        return ""
    if caller.kind == "user":
        if level == "system":
            return "only a system administrator may do that to a robot of the system"
        is_admin = (caller.roles or {}).get(project) == _PROJECT_ADMIN
        return "" if is_admin else f"only an administrator of project `{project}` may do that"
    if deed == "change":
        return "a robot account can create and delete robots, never change one"
    if caller.access is None:
        return ""
    kind, where = ("project", project) if level == "project" else ("system", "/")
    if not _holds(caller.access, Access(kind, where, "robot", deed)):
        return f"it has no right `robot:{deed}` on `{where}`"
    beyond = sorted(one.said for one in wanted if deed == "create" and not _holds(caller.access, one))
    return f"it cannot grant what it has not itself: {', '.join(beyond)}" if beyond else ""


def unchangeable(caller: Caller, robot: Robot) -> str:
    """Why a robot that is there cannot be changed by the caller; empty where it can."""
    if not robot.editable:
        return "Harbor does not change a legacy robot: replace it by a new one"
    return refusal(caller, "change", robot.level, robot.project, frozenset())


def _holds(access: frozenset[Access], wanted: Access) -> bool:
    """Whether rights cover one: as it is, or for every project."""
    return wanted in access or (wanted.kind == "project" and wanted._replace(namespace="*") in access)
