"""The API of robots: create, read, list, PUT, PATCH of the secret, delete; what Harbor refuses and what it ignores."""

from __future__ import annotations

import re
from typing import Any

from tests.support.harbor import lists
from tests.support.harbor.messages import Answer, Request, answer, bad_request, broken, denied, error, invalid, not_found
from tests.support.harbor.rights import Caller, may, refusal
from tests.support.harbor.robot_bodies import NAME, Wanted, fault, mistyped, read, wanted
from tests.support.harbor.state import DAY, Access, Permission, Project, Robot, State

PATH = "/api/v2.0/robots"
SECRET = (
    "the secret must be 8-128, inclusively, characters long "
    "with at least 1 uppercase letter, 1 lowercase letter and 1 number"
)


def respond(state: State, caller: Caller, request: Request) -> Answer:
    """The answer to a request below /robots."""
    rest = request.path.removeprefix(PATH).strip("/")
    if not rest:
        if request.method == "GET":
            return list_robots(state, caller, request)
        return create(state, caller, request) if request.method == "POST" else not_allowed(request.method, "[GET,POST]")
    if not rest.isdigit():
        return invalid(f'robot_id in path must be of type int64: "{rest}"')
    one = {"GET": get, "PUT": put, "PATCH": patch, "DELETE": delete}.get(request.method)
    return one(state, caller, request, int(rest)) if one else not_allowed(request.method, "[DELETE,GET,PATCH,PUT]")


def not_allowed(method: str, methods: str) -> Answer:
    return error(405, "METHOD_NOT_ALLOWED", f"method {method} is not allowed, but {methods} are")


def allowed(state: State, caller: Caller, level: str, project: Project | None, action: str) -> Answer | None:
    """None where the caller may; `project` is None for a project that does not exist."""
    system = level == "system"
    if may(caller, project, "robot", action, system=system):
        return None
    return refusal(caller, system=system)


def unknown_namespace(state: State, robot: Wanted) -> Answer | None:
    """The first namespace that is no project, or not the system's."""
    for permission in robot.permissions:
        if permission.kind == "system" and robot.level == "system":
            if permission.namespace != "/":
                return bad_request("unknown namespace")
        elif not (robot.level == "system" and permission.namespace == "*") and not state.project(permission.namespace):
            return not_found(f"project {permission.namespace} not found")
    return None


def merged(permissions: tuple[Permission, ...]) -> tuple[Permission, ...]:
    """Harbor keeps a set of accesses for each namespace: projects in their order, the system last."""
    found: dict[tuple[str, str], dict[Access, None]] = {}
    for permission in sorted(permissions, key=lambda one: one.kind):
        found.setdefault(permission[:2], {}).update(dict.fromkeys(permission.access))
    return tuple(Permission(kind, namespace, tuple(accesses)) for (kind, namespace), accesses in found.items())


def beyond(creator: Robot, permissions: tuple[Permission, ...]) -> bool:
    """Whether a robot asks for a right that it does not have itself, to the letter."""

    def held(namespace: str) -> set[Access]:
        return {
            access
            for one in creator.permissions
            if one.namespace == namespace or (one.namespace == "*" and namespace != "/")
            for access in one.access
        }

    return any(set(one.access) - held(one.namespace) for one in permissions)


def create(state: State, caller: Caller, request: Request) -> Answer:
    robot = wanted(request, "robot", "RobotCreate")
    if isinstance(robot, Answer):
        return robot
    if not NAME.fullmatch(robot.name):
        return bad_request("robot name is not in lower case or contains illegal characters")
    if wrong := fault(robot, robot.duration or 0):
        return wrong
    project = state.project(robot.permissions[0].namespace) if robot.level == "project" else None
    if wrong := allowed(state, caller, robot.level, project, "create"):
        return wrong
    if caller.robot and beyond(caller.robot, robot.permissions):
        return denied(
            "permission scope is invalid. It must be equal to or more restrictive than the creator robot's permissions: "
            + caller.name
        )
    if wrong := unknown_namespace(state, robot):
        return wrong
    name = f"{project.name}+{robot.name}" if project else robot.name
    if len(name) > 255 or len(robot.description) > 1024:
        return broken()
    if any(one.name == name for one in state.robots.values()):
        return error(409, "CONFLICT", f"robot account {project.id if project else 0}:{name} already exists")
    creator = ("robot", caller.robot.id) if caller.robot else ("local", caller.user.id if caller.user else 0)
    made = state.make_robot(
        name, robot.level, project, robot.duration or 0, merged(robot.permissions), robot.description, creator
    )
    body = {
        "id": made.id,
        "name": state.login(made),
        "secret": made.secret,
        "creation_time": lists.moment(made.created),
        "expires_at": made.expires_at,
    }
    return answer(201, body, Location=f"{PATH}/{made.id}")


def shown(state: State, robot: Robot) -> dict[str, Any]:
    """A robot as GET shows it; what is empty is left out."""
    value: dict[str, Any] = {
        "id": robot.id,
        "name": state.login(robot),
        "level": robot.level,
        "duration": robot.duration,
        "expires_at": robot.expires_at,
        "disable": robot.disabled,
        "editable": robot.editable,
        "creation_time": lists.moment(robot.created),
        "update_time": lists.moment(robot.updated),
        "permissions": [
            {
                "kind": permission.kind,
                "namespace": permission.namespace,
                "access": [
                    {key: text for key, text in zip(("resource", "action", "effect"), access, strict=True) if text}
                    for access in permission.access
                ],
            }
            for permission in robot.permissions
        ],
    }
    if robot.creator:
        value["creator_type"], value["creator_ref"] = robot.creator
    if robot.description:
        value["description"] = robot.description
    return value


def found(state: State, caller: Caller, identity: int, action: str) -> Robot | Answer:
    """The robot, or 404 (whoever asks), or what somebody without the right is told."""
    robot = state.robots.get(identity)
    if not caller.known:
        return refusal(caller)
    if not robot:
        return not_found(f"robot {identity} not found")
    return allowed(state, caller, robot.level, state.projects.get(robot.project_id), action) or robot


def get(state: State, caller: Caller, _: Request, identity: int) -> Answer:
    robot = found(state, caller, identity, "read")
    return robot if isinstance(robot, Answer) else answer(200, shown(state, robot))


KEYS = {
    "id": lambda robot: robot.id,
    "name": lambda robot: robot.name,
    "description": lambda robot: robot.description,
    "disabled": lambda robot: robot.disabled,
    "duration": lambda robot: robot.duration,
    "expiresat": lambda robot: robot.expires_at,
    "creation_time": lambda robot: robot.created,
    "update_time": lambda robot: robot.updated,
}
KEYS |= {
    "ID": KEYS["id"],
    "Name": KEYS["name"],
    "Disabled": KEYS["disabled"],
    "Duration": KEYS["duration"],
    "ExpiresAt": KEYS["expiresat"],
    "CreationTime": KEYS["creation_time"],
}


def list_robots(state: State, caller: Caller, request: Request) -> Answer:
    """Without `Level=project` and a `ProjectID` the list is that of system robots, whatever else is asked."""
    page = lists.page(request)
    asked = lists.conditions(request)
    if isinstance(page, Answer):
        return page
    if isinstance(asked, Answer):
        return asked
    level, project_id = asked.get("Level", "system"), "0"
    if level not in {"project", "system"}:
        return bad_request("bad request error level input")
    if level == "project":
        if "ProjectID" not in asked:
            return bad_request("must with project ID when to query project robots")
        project_id = asked["ProjectID"]
        if not project_id.isdigit() or project_id == "0":
            return bad_request("ProjectID must be a positive integer")
    if wrong := allowed(state, caller, level, state.projects.get(int(project_id)), "list"):
        return wrong
    of_level = [robot for robot in state.robots.values() if robot.project_id == int(project_id)]
    chosen = lists.ordered(lists.select(of_level, asked, KEYS), request.parameter("sort"), "name", KEYS)
    return lists.paged(request, page, [shown(state, robot) for robot in chosen])


def put(state: State, caller: Caller, request: Request, identity: int) -> Answer:
    """Left out: `disable` enables, `description` clears, `duration` stays; only another duration moves `expires_at`."""
    new = wanted(request, "robot", "Robot")
    if isinstance(new, Answer):
        return new
    robot = found(state, caller, identity, "read")
    if isinstance(robot, Answer):
        return robot
    if not robot.editable:
        return denied("editing of legacy robot is not allowed")
    duration = robot.duration if new.duration is None else new.duration
    if wrong := fault(new, duration):
        return wrong
    project = state.projects.get(robot.project_id)
    if robot.level == "project" and new.level == "project":
        if wrong := unknown_namespace(state, new):
            return wrong
        if state.project(new.permissions[0].namespace) != project:
            return bad_request("cannot update the project id of robot")
    if wrong := allowed(state, caller, robot.level, project, "update"):
        return wrong
    if (new.level, new.name) != (robot.level, state.login(robot)):
        return bad_request("cannot update the level or name of robot")
    if wrong := unknown_namespace(state, new):
        return wrong
    expires = robot.expires_at
    if duration != robot.duration:
        expires = -1 if duration == -1 else int(robot.created.timestamp()) + duration * DAY
    state.change(
        robot,
        description=new.description,
        disabled=new.disable,
        duration=duration,
        expires_at=expires,
        permissions=merged(new.permissions),
    )
    return Answer(200)


def patch(state: State, caller: Caller, request: Request, identity: int) -> Answer:
    """Sets the secret given; without one (empty, null, left out, misspelt) makes a new one and shows it."""
    value = read(request, "robotSec", "RobotSec")
    if isinstance(value, Answer):
        return value
    if wrong := mistyped(value, "robotSec", "RobotSec", {"secret": str}):
        return wrong
    robot = found(state, caller, identity, "update")
    if isinstance(robot, Answer):
        return robot
    secret = value.get("secret") or ""
    if secret and not strong(secret):
        return bad_request(SECRET)
    made = secret or state.make_secret()
    state.change(robot, secret=made, editable=True)
    return answer(200, {} if secret else {"secret": made})


def strong(secret: str) -> bool:
    return 8 <= len(secret.encode()) <= 128 and all(re.search(kind, secret) for kind in ("[A-Z]", "[a-z]", "[0-9]"))


def delete(state: State, caller: Caller, _: Request, identity: int) -> Answer:
    robot = found(state, caller, identity, "delete")
    if isinstance(robot, Answer):
        return robot
    if robot.creator is None:
        return not_found(f"role permission robotaccount:{robot.id} not found")
    del state.robots[robot.id]
    return Answer(200)
