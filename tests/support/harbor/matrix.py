"""The table of pulls that was recorded from Harbor: 27 kinds of credential for 7 to 11 kinds of target, 225 rows,
and what is needed to ask a stand-in the same."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from tests.support.harbor.server import HarborStandIn
from tests.support.harbor.state import Access, Permission, recorded


class Row(NamedTuple):
    """Statuses, the actions of a token with a scope, and of a GET of the manifest with Basic the challenge (None: no such
    header) and `CODE: message` (empty: none)."""

    credential: str
    target: str
    v2: int
    token_noscope: int
    token: int
    actions: list[str]
    head_basic: int
    get_basic: int
    head_bearer: int
    get_bearer: int
    challenge: str | None
    error: str


@cache
def table() -> dict[str, Any]:
    return dict(recorded("pull-matrix.json"))


def rows() -> list[Row]:
    return [Row(*row) for row in table()["rows"]]


def login(row: Row) -> tuple[str, str] | None:
    given = table()["credentials"][row.credential]
    return (given[0], given[1]) if given else None


def path(row: Row) -> str:
    return str(table()["targets"][row.target])


def set_up(harbor: HarborStandIn) -> None:
    """The projects, images, users and robots that the rows were recorded with."""
    state = harbor.state
    for project in table()["projects"]:
        state.add_project(project)
    for image in table()["images"]:
        state.add_image(*image.split(":"))
    for user, role in table()["users"].items():
        state.add_user(user, "Fake-User-Pw-1", {"vision": role} if role else {})
    for body in table()["robots"]:
        permissions = tuple(
            Permission(one["kind"], one["namespace"], tuple(Access(**access) for access in one["access"]))
            for one in body["permissions"]
        )
        project = state.project(permissions[0].namespace) if body["level"] == "project" else None
        name = f"{project.name}+{body['name']}" if project else body["name"]
        state.make_robot(name, body["level"], project, body["duration"], permissions, "", ("local", 1), body["secret"])
    for robot in list(state.robots.values()):
        if state.login(robot) in table()["off"]:
            state.change(robot, disabled=True)
        if state.login(robot) in table()["expired"]:
            state.change(robot, expires_at=int(state.clock.now().timestamp()) - 60)
        if state.login(robot) in table()["deleted"]:
            del state.robots[robot.id]
