"""The rest of the API that such clients ask: ping, health, systeminfo, who am I, permissions, settings."""

from __future__ import annotations

import json
from typing import Any

from tests.support.harbor import lists
from tests.support.harbor.messages import Answer, Request, answer, bad_request, broken, error, not_found, unauthorized
from tests.support.harbor.rights import Caller, refusal
from tests.support.harbor.state import ADMIN, State, recorded

PARTS = ("core", "database", "jobservice", "portal", "redis", "registry", "registryctl")
REFUSED = (
    "failed to connect to `user=postgres database=registry`: 127.0.0.1:5432 (127.0.0.1): "
    "dial error: dial tcp 127.0.0.1:5432: connect: connection refused"
)


def ping() -> Answer:
    return Answer(200, {"Content-Type": "text/plain"}, b"Pong")


def health(state: State) -> Answer:
    """Always 200; what is down says so. (Harbor lags by up to 10 s, the stand-in does not.)"""
    errors = {}
    if state.database_down:
        errors["database"] = f'failed to run SQL "SELECT 1": {REFUSED}'
    if state.registry_down:
        errors["registry"] = 'Get "http://registry:5000/": dial tcp 127.0.0.1:5000: connect: connection refused'
    parts = [
        {"name": part, "status": "unhealthy", "error": errors[part]}
        if part in errors
        else {"name": part, "status": "healthy"}
        for part in PARTS
    ]
    return answer(200, {"status": "unhealthy" if errors else "healthy", "components": parts})


def systeminfo(state: State, caller: Caller, url: str, ca: bool) -> Answer:
    """The version and the addresses are for who has logged in. (With the database down Harbor goes on answering from
    a cache for up to a minute; the stand-in does not.)"""
    if state.database_down:
        return broken()
    value: dict[str, Any] = {
        "auth_mode": "db_auth",
        "banner_message": "",
        "oidc_provider_name": "",
        "primary_auth_mode": False,
        "self_registration": False,
    }
    if caller.known and caller.token is None:
        value |= {
            "current_time": lists.moment(state.clock.now()),
            "external_url": url,
            "harbor_version": "v2.16.0-c50c7ddd",
            "has_ca_root": ca,
            "notification_enable": True,
            "project_creation_restriction": "everyone",
            "read_only": state.read_only,
            "registry_storage_provider_name": "filesystem",
            "registry_url": url.removeprefix("https://"),
        }
    return answer(200, value)


def current_user(state: State, caller: Caller) -> Answer:
    if caller.robot:
        return error(412, "PRECONDITION", "get current user not available for security context: robot")
    if not caller.user:
        return refusal(caller)
    value = {
        "user_id": caller.user.id,
        "username": caller.user.name,
        "realname": "system admin" if caller.user.admin else caller.user.name,
        "sysadmin_flag": caller.user.admin,
        "admin_role_in_auth": False,
        "creation_time": lists.moment(state.clock.now()),
        "update_time": lists.moment(state.clock.now()),
    }
    value |= {"comment": "admin user"} if caller.user.admin else {"email": f"{caller.user.name}@example.com"}
    return answer(200, value)


def permissions(caller: Caller) -> Answer:
    """What can be granted: to the admin all of it, to a project's admin what is granted in projects."""
    if not caller.known:
        return unauthorized("")
    if not caller.user or not (caller.user.admin or ADMIN in caller.user.roles.values()):
        return error(403, "FORBIDDEN", "forbidden: only admins(system and project) can access permissions")
    system = [pair(right) for right in recorded("permissions.json")["system"]] if caller.user.admin else None
    return answer(200, {"project": [pair(right) for right in recorded("permissions.json")["project"]], "system": system})


def pair(right: str) -> dict[str, str]:
    resource, action = right.split(":")
    return {"resource": resource, "action": action}


def configurations(state: State, caller: Caller, request: Request) -> Answer:
    """Read and changed by the admin alone."""
    if not (caller.user and caller.user.admin):
        return refusal(caller, system=True)
    if request.method == "GET":
        whole = recorded("configurations.json")["values"]
        return answer(
            200,
            {
                name: {**value, "value": state.configuration[name]} if "value" in value else value
                for name, value in whole.items()
            },
        )
    values = json.loads(request.body)
    if not str(values.get("robot_name_prefix", "x")).strip():
        return bad_request("bad request: robot_name_prefix cannot be empty or contain only spaces")
    state.configuration |= values
    return Answer(200)


def certificate(pem: bytes | None) -> Answer:
    """The authority that Harbor's administrator offers for download, if any."""
    if pem is None:
        return not_found("resource not found: cert not found in path: /etc/core/ca/ca.crt")
    return Answer(200, {"Content-Type": "application/octet-stream"}, pem)
