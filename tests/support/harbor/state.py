"""What the stand-in knows: projects, robots, users, images, settings, outages, and a clock that a test moves."""

from __future__ import annotations

import hashlib
import json
import secrets
import string
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).resolve().parents[2] / "data" / "harbor"
DAY = 86400
LETTERS = string.ascii_letters + string.digits
ADMIN, MAINTAINER, DEVELOPER, GUEST, LIMITED_GUEST = 1, 4, 2, 3, 5


class Access(NamedTuple):
    resource: str
    action: str
    effect: str = ""


class Permission(NamedTuple):
    """Rights in one project (`namespace` is its name), in all (`*`) or in the system (`kind` system, `/`)."""

    kind: str
    namespace: str
    access: tuple[Access, ...]


@dataclass(frozen=True)
class Robot:
    """One row of Harbor's table: `name` has the project and `+`, not the prefix."""

    id: int
    name: str
    level: str
    project_id: int
    duration: int
    permissions: tuple[Permission, ...]
    created: datetime
    updated: datetime
    expires_at: int
    secret: str = field(repr=False)
    description: str = ""
    disabled: bool = False
    creator: tuple[str, int] | None = ("local", 1)
    editable: bool = True


@dataclass
class Project:
    id: int
    name: str
    public: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    metadata: dict[str, str] = field(default_factory=dict)
    upstream_limited: bool = False  # a proxy-cache project whose upstream answers 429


@dataclass(frozen=True)
class User:
    id: int
    name: str
    password: str = field(repr=False)
    admin: bool = False
    roles: Mapping[str, int] = field(default_factory=dict)  # project → role


class Manifest(NamedTuple):
    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.body).hexdigest()}"


class Clock:
    """The server's time: the real one, moved by what a test says."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move(self, **by: float) -> None:
        """As the arguments of `timedelta`: `move(days=31)`."""
        self.offset += timedelta(**by)

    def set(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC)


def new_secret() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(29)) + "aA1"


class State:
    """Everything that requests read and change; whoever touches it holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.projects: dict[int, Project] = {1: Project(1, "library", public=True)}
        self.robots: dict[int, Robot] = {}
        self.users: dict[str, User] = {"admin": User(1, "admin", "Harbor12345", admin=True)}
        self.tags: dict[str, dict[str, str]] = {}  # repository → tag → digest
        self.manifests: dict[str, dict[str, Manifest]] = {}  # repository → digest → manifest
        self.blobs: dict[str, bytes] = {}
        self.configuration: dict[str, Any] = {
            name: value["value"] for name, value in recorded("configurations.json")["values"].items() if "value" in value
        }
        self.login_delay = 0.0  # seconds that Harbor takes for a failed login: 1.5
        self.locked_until: dict[str, float] = {}
        self.database_down = False
        self.registry_down = False
        self.scanner = False  # whether a scanner is registered: without one, `prevent_vul` lets everything through
        self.next_robot = self.next_project = self.next_user = 2
        self.next_robot = 1
        self.make_secret = new_secret

    @property
    def prefix(self) -> str:
        return str(self.configuration["robot_name_prefix"])

    @property
    def read_only(self) -> bool:
        return bool(self.configuration["read_only"])

    @read_only.setter
    def read_only(self, value: bool) -> None:
        self.configuration["read_only"] = value

    def login(self, robot: Robot) -> str:
        """What a robot logs in as, and is shown as; a legacy robot's name holds the prefix itself."""
        return robot.name if not robot.editable else self.prefix + robot.name

    def robot(self, login: str) -> Robot | None:
        return next((robot for robot in self.robots.values() if self.login(robot) == login), None)

    def project(self, name: str) -> Project | None:
        return next((project for project in self.projects.values() if project.name == name), None)

    def expired(self, robot: Robot) -> bool:
        return robot.expires_at != -1 and robot.expires_at <= self.clock.now().timestamp()

    def change(self, robot: Robot, **values: Any) -> Robot:
        """Stores the robot with other values, as a PUT, or somebody with SQL, would."""
        changed = replace(robot, updated=self.clock.now(), **values)
        self.robots[robot.id] = changed
        return changed

    # What tests set up; all of it could also be done by requests.

    def add_project(self, name: str, *, public: bool = False, **metadata: str) -> Project:
        project = Project(self.next_project, name, public, self.clock.now(), dict(metadata))
        self.projects[project.id] = project
        self.next_project += 1
        return project

    def add_user(self, name: str, password: str, roles: Mapping[str, int] | None = None) -> User:
        self.next_user += 1
        self.users[name] = User(self.next_user, name, password, roles=dict(roles or {}))
        return self.users[name]

    def add_robot(
        self,
        name: str,
        project: str = "",
        *,
        secret: str = "",
        pulls: Iterable[str] = (),
        access: Iterable[str] = (),
        duration: int = 30,
    ) -> Robot:
        """A project robot of `project` (made where it is missing), else a system robot that pulls from `pulls`;
        `access` are its rights in each project, as `repository:pull`."""
        rights = tuple(Access(*right.split(":")) for right in access) or (Access("repository", "pull"),)
        named = [project] if project else list(pulls)
        for missing in [one for one in named if one != "*" and not self.project(one)]:
            self.add_project(missing)
        permissions = tuple(Permission("project", one, rights) for one in named)
        level = "project" if project else "system"
        full = f"{project}+{name}" if project else name
        return self.make_robot(full, level, self.project(project), duration, permissions, "", ("local", 1), secret)

    def make_robot(
        self,
        name: str,
        level: str,
        project: Project | None,
        duration: int,
        permissions: tuple[Permission, ...],
        description: str,
        creator: tuple[str, int],
        secret: str = "",
    ) -> Robot:
        now = self.clock.now()
        robot = Robot(
            id=self.next_robot,
            name=name,
            level=level,
            project_id=project.id if project else 0,
            duration=duration,
            permissions=permissions,
            created=now,
            updated=now,
            expires_at=expiry(now, duration),
            secret=secret or self.make_secret(),
            description=description,
            creator=creator,
        )
        self.robots[robot.id] = robot
        self.next_robot += 1
        return robot

    def add_image(
        self, repository: str, *tags: str, media_type: str = "application/vnd.oci.image.manifest.v1+json"
    ) -> Manifest:
        """An image of one small layer under the tags."""
        if not self.project(repository.split("/")[0]):
            self.add_project(repository.split("/")[0])
        layer, settings = f"layer of {repository}".encode(), b'{"architecture":"amd64","os":"linux"}'
        kind = "oci.image" if ".oci." in media_type else "docker.container.image"
        described = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": self.add_blob(settings, f"application/vnd.{kind}.config.v1+json"),
            "layers": [self.add_blob(layer, "application/vnd.oci.image.layer.v1.tar+gzip")],
        }
        manifest = Manifest(media_type, json.dumps(described).encode())
        self.add_manifest(repository, manifest, *tags)
        return manifest

    def add_blob(self, content: bytes, media_type: str) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.blobs[digest] = content
        return {"mediaType": media_type, "size": len(content), "digest": digest}

    def add_manifest(self, repository: str, manifest: Manifest, *tags: str) -> None:
        self.manifests.setdefault(repository, {})[manifest.digest] = manifest
        self.tags.setdefault(repository, {}).update(dict.fromkeys(tags, manifest.digest))

    def locked(self, login: str) -> bool:
        return self.locked_until.get(login, 0.0) > time.monotonic()


def expiry(created: datetime, duration: int) -> int:
    """The seconds that Harbor shows as `expires_at`: creation + duration days, or -1."""
    return -1 if duration == -1 else int(created.timestamp()) + duration * DAY


def recorded(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
