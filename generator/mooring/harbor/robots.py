"""A robot as Harbor's API shows it, and what it may do."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mooring.harbor.names import Level

# What a robot made by mooring says of itself; only one that says so is ever disabled or narrowed.
_MARK = re.compile(r"mooring: robot (?P<robot>[a-z0-9.-]+) of fleet (?P<fleet>[a-z0-9.-]+)")


class Access(NamedTuple):
    """One right: `kind` and `namespace` say where (`project`, its name or `*`; `system`, `/`)."""

    kind: str
    namespace: str
    resource: str
    action: str
    effect: str = ""

    @property
    def said(self) -> str:
        """As a plan shows it: `pull on vision`, `robot:create on /`."""
        what = self.action if self.resource == "repository" else f"{self.resource}:{self.action}"
        return f"{self.effect + ' ' if self.effect else ''}{what} on {self.namespace}"


class Mark(NamedTuple):
    """Which robot of which fleet a description names."""

    robot: str
    fleet: str

    @property
    def text(self) -> str:
        return f"mooring: robot {self.robot} of fleet {self.fleet}"


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot in Harbor. `name` is with the prefix, as it logs in; `expires_at` is in seconds, -1 for never; `data` is what
    Harbor sent, in which there is no secret."""

    id: int
    name: str
    level: Level
    access: frozenset[Access]
    duration: int
    expires_at: int
    disabled: bool
    editable: bool
    created: datetime.datetime
    description: str
    data: Mapping[str, Any]

    @property
    def updated(self) -> datetime.datetime:
        """When it was last changed."""
        return _moment(self.data.get("update_time")) or self.created

    @property
    def project(self) -> str:
        """The project of a project's robot, in which all of its rights are; empty for one of the system."""
        own = (access.namespace for access in self.access if access.kind == "project")
        return next(own, "") if self.level == "project" else ""

    @property
    def mark(self) -> Mark | None:
        match = _MARK.fullmatch(self.description)
        return Mark(match["robot"], match["fleet"]) if match else None


def robot_of(data: Any) -> Robot | None:
    """The robot of an item of Harbor's answer; None where it has not that shape."""
    if not isinstance(data, Mapping):
        return None
    number, name, level = data.get("id"), data.get("name"), data.get("level")
    created, expires_at = _moment(data.get("creation_time")), data.get("expires_at")
    if type(number) is not int or not isinstance(name, str) or level not in ("project", "system"):
        return None
    if created is None or type(expires_at) is not int:
        return None
    duration, description = data.get("duration"), data.get("description")
    return Robot(
        number, name, level, frozenset(accesses(data.get("permissions") or ())),
        duration if type(duration) is int else 0, expires_at, data.get("disable") is True, data.get("editable") is not False,
        created, description if isinstance(description, str) else "", data,
    )  # fmt: skip


def accesses(permissions: Iterable[Any]) -> Iterable[Access]:
    """The rights that a robot's `permissions` come to; two entries of one project are as one."""
    for entry in permissions:
        if isinstance(entry, Mapping):
            for access in entry.get("access") or ():
                if isinstance(access, Mapping):
                    where = (str(entry.get("kind") or ""), str(entry.get("namespace") or ""))
                    # `allow` is what an access without it means, and what Harbor keeps where somebody wrote it.
                    effect = str(access.get("effect") or "").removeprefix("allow")
                    yield Access(*where, str(access.get("resource") or ""), str(access.get("action") or ""), effect)


def permissions(found: Iterable[Access]) -> list[dict[str, Any]]:
    """Rights as a request has them: an entry for each project, in a fixed order, `effect` only where it was there."""
    entries: dict[tuple[str, str], list[dict[str, str]]] = {}
    for access in sorted(found):
        effect = {"effect": access.effect} if access.effect else {}
        right = {"resource": access.resource, "action": access.action, **effect}
        entries.setdefault((access.kind, access.namespace), []).append(right)
    return [{"kind": kind, "namespace": where, "access": rights} for (kind, where), rights in entries.items()]


def _moment(text: Any) -> datetime.datetime | None:
    """`2026-11-26T02:06:23.500Z` as a moment."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None
