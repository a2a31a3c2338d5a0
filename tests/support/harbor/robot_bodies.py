"""The body of a request about a robot: read as Harbor's generated front reads it, and what is wrong with it."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from tests.support.harbor.messages import Answer, Request, bad_request, invalid
from tests.support.harbor.rights import grantable
from tests.support.harbor.state import Access, Permission

NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
GO_TYPES = {str: "string", bool: "bool", list: "array", dict: "object"}


class Wanted(NamedTuple):
    """The body of a POST or PUT, with Go's zero values for what is left out."""

    name: str
    level: str
    duration: int | None
    description: str
    disable: bool
    permissions: tuple[Permission, ...]


def unreadable(called: str, why: str) -> str:
    return f'parsing {called} body from "" failed, because json: {why}'


def read(request: Request, called: str, model: str) -> dict[str, Any] | Answer:
    """The body as an object, or what Harbor's generated front says of it."""
    kind = request.headers.get("content-type", "").split(";")[0]
    if kind and kind != "application/json":
        return invalid(f'unsupported media type "{kind}", only [application/json] are allowed')
    if not request.body.strip():
        return invalid(f"{called} in body is required")
    try:
        value = json.loads(request.body)
    except ValueError:
        return invalid(f'parsing {called} body from "" failed, because unexpected EOF')
    if not isinstance(value, dict):
        kind = GO_TYPES.get(type(value), "number")
        return invalid(unreadable(called, f"cannot unmarshal {kind} into Go value of type models.{model}"))
    return value


def mistyped(value: dict[str, Any], called: str, model: str, fields: dict[str, type]) -> Answer | None:
    """The first field of another type; null is as left out."""
    for name, kind in fields.items():
        given = value.get(name)
        if given is None or (isinstance(given, kind) and not (kind is int and isinstance(given, bool))):
            continue
        shown = f"number {given}" if isinstance(given, float) else GO_TYPES.get(type(given), "number")
        go = {int: "int64", str: "string", bool: "bool"}[kind]
        return invalid(unreadable(called, f"cannot unmarshal {shown} into Go struct field {model}.{name} of type {go}"))
    return None


def wanted(request: Request, called: str, model: str) -> Wanted | Answer:
    value = read(request, called, model)
    if isinstance(value, Answer):
        return value
    if wrong := mistyped(
        value, called, model, {"name": str, "description": str, "level": str, "duration": int, "disable": bool}
    ):
        return wrong
    permissions = tuple(
        Permission(
            one.get("kind") or "",
            one.get("namespace") or "",
            tuple(
                Access(a.get("resource") or "", a.get("action") or "", a.get("effect") or "")
                for a in one.get("access") or []
            ),
        )
        for one in value.get("permissions") or []
        if one is not None
    )
    return Wanted(
        value.get("name") or "",
        value.get("level") or "",
        value.get("duration"),
        value.get("description") or "",
        bool(value.get("disable")),
        permissions,
    )


def fault(robot: Wanted, duration: int) -> Answer | None:
    """What is wrong with a robot as asked for, in the order in which Harbor looks."""
    if not (duration == -1 or 0 < duration < 2147483647):
        return bad_request(
            f"bad request error duration input: {duration}, duration must be either -1(Never) or a positive integer"
        )
    if robot.level not in {"project", "system"}:
        return bad_request(f"bad request error level input: {robot.level}")
    if not robot.permissions:
        return bad_request("bad request empty permission")
    if any(not one.access for one in robot.permissions):
        return bad_request("bad request empty access")
    if robot.level == "project" and len(robot.permissions) > 1:
        return bad_request("bad request permission")
    for permission in robot.permissions:
        if permission.kind not in {"project", "system"}:
            return bad_request(f"bad request permission level: {permission.kind}")
        for access in permission.access:
            if access[:2] not in grantable(permission.kind):
                return bad_request(f"bad request permission: {access.resource}:{access.action}")
    return None
