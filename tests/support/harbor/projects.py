"""Projects: get, HEAD, list, create, change of metadata, delete."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support.harbor import lists
from tests.support.harbor.messages import Answer, Request, answer, bad_request, error, not_found
from tests.support.harbor.rights import Caller, may, refusal
from tests.support.harbor.state import Project, State

PATH = "/api/v2.0/projects"
NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
NEVER = "0001-01-01T00:00:00.000Z"


def respond(state: State, caller: Caller, request: Request) -> Answer:
    """The answer to a request below /projects."""
    rest = request.path.removeprefix(PATH).strip("/")
    if "/" in rest:
        return not_found(f"path {request.path} was not found")
    if not rest:
        whole = {"GET": list_projects, "HEAD": head, "POST": create}.get(request.method)
        return whole(state, caller, request) if whole else not_allowed(request)
    one = {"GET": get, "PUT": put, "DELETE": delete}.get(request.method)
    return one(state, caller, request, rest) if one else not_allowed(request)


def not_allowed(request: Request) -> Answer:
    return error(405, "METHOD_NOT_ALLOWED", f"method {request.method} is not allowed")


def find(state: State, request: Request, name: str) -> Project | None:
    """All digits are an id, unless the header says that it is a name; with the header an id is no project."""
    if name.isdigit() and request.headers.get("x-is-resource-name", "").lower() != "true":
        return state.projects.get(int(name))
    return state.project(name)


def found(state: State, caller: Caller, request: Request, name: str, action: str) -> Project | Answer:
    """The project; an unknown one is a 404 for the admin only."""
    project = find(state, request, name)
    if not may(caller, project, "project", action):
        return refusal(caller)
    return project or not_found(f"project {name} not found")


def shown(state: State, caller: Caller, project: Project) -> dict[str, Any]:
    value: dict[str, Any] = {
        "project_id": project.id,
        "name": project.name,
        "owner_id": 1,
        "owner_name": "admin",
        "creation_time": lists.moment(project.created),
        "update_time": lists.moment(project.created),
        "repo_count": sum(repository.split("/")[0] == project.name for repository in state.tags),
        "metadata": {"public": str(project.public).lower(), **project.metadata},
        "cve_allowlist": {
            "id": project.id,
            "project_id": project.id,
            "items": [],
            "creation_time": NEVER,
            "update_time": NEVER,
        },
        "current_user_role_ids": None,
    }
    role = 1 if caller.user and caller.user.admin else caller.user.roles.get(project.name) if caller.user else None
    if role:
        value |= {"current_user_role_id": role, "current_user_role_ids": [role]}
    return value


def get(state: State, caller: Caller, request: Request, name: str) -> Answer:
    project = found(state, caller, request, name, "read")
    return project if isinstance(project, Answer) else answer(200, shown(state, caller, project))


def head(state: State, caller: Caller, request: Request) -> Answer:
    """Whether a project is there: for everybody who has logged in."""
    if not caller.known:
        return refusal(caller)
    return Answer(200) if state.project(request.parameter("project_name") or "") else not_found("")


def listed(caller: Caller, project: Project) -> bool:
    """Public ones, and those in which the caller has a role or any right."""
    if project.public or (caller.user and (caller.user.admin or project.name in caller.user.roles)):
        return True
    return caller.robot is not None and any(
        one.kind == "project" and one.namespace in {project.name, "*"} for one in caller.robot.permissions
    )


def list_projects(state: State, caller: Caller, request: Request) -> Answer:
    page = lists.page(request)
    if isinstance(page, Answer):
        return page
    wanted = request.parameter("name") or ""
    seen = sorted(
        (one for one in state.projects.values() if listed(caller, one) and wanted in one.name), key=lambda one: one.name
    )
    return lists.paged(request, page, [shown(state, caller, project) for project in seen])


def create(state: State, caller: Caller, request: Request) -> Answer:
    if not caller.known:
        return refusal(caller)
    value = json.loads(request.body)
    name, metadata = value["project_name"], dict(value.get("metadata") or {})
    if not NAME.fullmatch(name):
        return bad_request("project name is not in lower case or contains illegal characters")
    if state.project(name):
        state.next_project += 1  # as a sequence of the database does
        return error(409, "CONFLICT", f"The project named {name} already exists")
    project = state.add_project(name, public=metadata.pop("public", "false") == "true", **metadata)
    return Answer(201, {"Location": f"{PATH}/{project.id}"})


def put(state: State, caller: Caller, request: Request, name: str) -> Answer:
    project = found(state, caller, request, name, "update")
    if isinstance(project, Answer):
        return project
    metadata = dict(json.loads(request.body).get("metadata") or {})
    if "public" in metadata:
        project.public = metadata.pop("public") == "true"
    project.metadata |= metadata
    return Answer(200)


def delete(state: State, caller: Caller, request: Request, name: str) -> Answer:
    """Its robots go with it; system robots lose their rights in it."""
    project = found(state, caller, request, name, "delete")
    if isinstance(project, Answer):
        return project
    if any(repository.split("/")[0] == project.name for repository in state.tags):
        return error(412, "PRECONDITION", "precondition failed: the project contains repositories, can not be deleted")
    for robot in list(state.robots.values()):
        if robot.project_id == project.id:
            del state.robots[robot.id]
        elif any(one.namespace == project.name for one in robot.permissions):
            left = tuple(one for one in robot.permissions if one.namespace != project.name)
            state.change(robot, permissions=left)
    del state.projects[project.id]
    return Answer(200)
