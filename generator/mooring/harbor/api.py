"""Harbor's REST API as far as robots go: each call gives a value, or a `Trouble` that says why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from mooring.harbor.names import Identity, Level
from mooring.harbor.query import PAGE, of_project, pages_path
from mooring.harbor.rights import Caller
from mooring.harbor.robots import Access, Robot, permissions, robot_of
from mooring.harbor.trouble import Refusal, Trouble, refusal
from mooring.network import Answer, Client, Failure
from mooring.redaction import Credential

T = TypeVar("T")
_ROOT = "/api/v2.0"
_MOST_PAGES = 1000


class Project(NamedTuple):
    """A project that the caller may know of; `role` is a user's there, 0 for none."""

    id: int
    name: str
    role: int


@dataclass(frozen=True, slots=True)
class Made:
    """A robot that was just created: its secret is shown by Harbor this once."""

    id: int
    name: str
    expires_at: int
    secret: str = field(repr=False)


class Api:
    """The API behind one client."""

    def __init__(self, client: Client, anonymous: Client | None = None) -> None:
        self._client, self._anonymous = client, anonymous
        self.server = client.address.origin

    def close(self) -> None:
        """Closes the connections."""
        for client in filter(None, (self._client, self._anonymous)):
            client.close()

    def me(self, login: str) -> Caller | Trouble:
        """Who the client's credential belongs to."""
        found = self._ask("GET", "/users/current")
        if isinstance(found, Failure):
            return found
        if found.status == 412:  # what Harbor says to a robot
            return Caller(login, "robot")
        if found.status == 200 and isinstance(found.data, Mapping) and "sysadmin_flag" in found.data:
            return Caller(login, "admin" if found.data["sysadmin_flag"] is True else "user", roles={})
        if found.status == 401 and self._is_database_down():
            hint = "look at /api/v2.0/health of it; the credential may be right"
            return Refusal(500, "", "Harbor's database is down: every login is refused", hint)
        if found.status in (200, 404) and not found.is_html:
            return Refusal(found.status, "", f"`{self.server}` is not Harbor's API", "set `api` of the registry")
        return refusal(found, self.server, "cannot ask who the caller is")

    def _is_database_down(self) -> bool:
        """With its database down Harbor answers any login with 401, exactly as a wrong one; and this with 500."""
        if self._anonymous is None:
            return False
        found = self._anonymous.request("GET", f"{_ROOT}/projects/mooring", tries=1)
        return isinstance(found, Answer) and found.status == 500

    def project(self, name: str) -> Project | Trouble | None:
        """A project by its name; None where the caller may not know of it. A list, since a robot may see in it a project
        that it may not ask for, and since a name of digits alone is taken for an id elsewhere."""
        found = self._all("/projects", "cannot list the projects", _project_of, None, name=name)
        if not isinstance(found, tuple):
            return found
        return next((one for one in found if one.name == name), None)

    def has_project(self, name: str) -> bool | Trouble:
        """Whether there is a project of that name, which every caller may ask."""
        found = self._ask("HEAD", f"/projects?project_name={quote(name, safe='')}")
        if isinstance(found, Failure):
            return found
        if found.status in (200, 404) and not found.is_html:
            return found.status == 200
        return refusal(found, self.server, f"cannot ask for project `{name}`")

    def robots(self, project: Project | None) -> tuple[Robot, ...] | Trouble:
        """The robots of a project, or of the system."""
        what = f"cannot list the robots of {f'project `{project.name}`' if project else 'the system'}"
        return self._all("/robots", what, robot_of, of_project(project.id) if project else {"Level": "system"})

    def find(self, identity: Identity, project: Project | None) -> Robot | Trouble | None:
        """One robot by its name; None where there is none."""
        q = of_project(project.id, identity.stored) if project else {"Level": "system", "name": identity.stored}
        found = self._all("/robots", f"cannot look for robot `{identity.stored}`", robot_of, q)
        return found if not isinstance(found, tuple) else next(iter(found), None)

    def create(
        self, identity: Identity, level: Level, days: int, access: frozenset[Access], description: str
    ) -> Made | Trouble:  # fmt: skip
        """Creates a robot; `took_effect` of a trouble says that it may be there all the same, with a secret that is lost."""
        body = {
            "name": identity.name, "description": description, "level": level, "duration": days,
            "permissions": permissions(access),
        }  # fmt: skip
        what = f"cannot create robot `{identity.stored}`"
        found = self._ask("POST", "/robots", body)
        if isinstance(found, Failure):
            return found
        data = found.data
        if found.status != 201 or not isinstance(data, Mapping):
            return refusal(found, self.server, what)
        number, name, secret, expires = (data.get(key) for key in ("id", "name", "secret", "expires_at"))
        if type(number) is int and isinstance(name, str) and isinstance(secret, str) and secret and type(expires) is int:
            return Made(number, name, expires, secret)
        return Refusal(500, "", f"{what}: Harbor's answer has no secret", "run `mooring robots plan` again")

    def replace(self, robot: Robot, what: str, **changes: Any) -> Trouble | None:
        """Puts a robot back with some fields changed. All of it is sent: what is left out, Harbor enables or clears."""
        kept = ("name", "level", "duration", "disable", "description")
        body = {key: robot.data[key] for key in kept if key in robot.data}
        body["permissions"] = permissions(robot.access)
        return self._done("PUT", f"/robots/{robot.id}", {**body, **changes}, f"cannot {what} robot `{robot.name}`")

    def set_secret(self, number: int, name: str, secret: Credential) -> Trouble | None:
        """Gives a robot a secret of ours: the same one twice is as once. An empty one would let Harbor make another."""
        if not secret.reveal():
            return Refusal(400, "", f"cannot set the secret of robot `{name}`: it is empty")
        what = f"cannot set the secret of robot `{name}`"
        return self._done("PATCH", f"/robots/{number}", {"secret": secret}, what, repeat=True)

    def delete(self, number: int, name: str) -> Trouble | None:
        """Deletes a robot; one that is gone already is done too."""
        return self._done("DELETE", f"/robots/{number}", None, f"cannot delete robot `{name}`", gone=True)

    def _done(
        self, method: str, path: str, body: Any, what: str, *, repeat: bool | None = None, gone: bool = False
    ) -> Trouble | None:
        """None where the request was carried out."""
        found = self._ask(method, path, body, repeat=repeat)
        if isinstance(found, Failure):
            return found
        is_done = found.status == 200 or (gone and found.status == 404)
        return None if is_done and not found.is_html else refusal(found, self.server, what)

    def _ask(self, method: str, path: str, body: Any = None, *, repeat: bool | None = None) -> Answer | Failure:
        """The answer; a `Credential` in the body is revealed in what is sent alone."""
        sent = None if body is None else Credential(json.dumps(body, default=Credential.reveal))
        return self._client.request(method, _ROOT + path, body=sent, repeat=repeat)

    def _all(
        self, path: str, what: str, read: Callable[[Any], T | None], q: Mapping[str, str] | None, **more: str
    ) -> tuple[T, ...] | Trouble:
        """All items of a list, each once; pages are counted, and the last is the first that is not full."""
        found: dict[Any, T] = {}
        for page in range(1, _MOST_PAGES):
            answer = self._ask("GET", pages_path(path, page, q, **more))
            if isinstance(answer, Failure):
                return answer
            if answer.status != 200 or not isinstance(answer.data, list):
                return refusal(answer, self.server, what)
            for data in answer.data:
                one = read(data)
                if one is None:
                    return Refusal(200, "", f"{what}: an item is not as Harbor shows one", "this may be another version")
                found[getattr(one, "id", len(found))] = one
            if len(answer.data) < PAGE:
                return tuple(found.values())
        return Refusal(200, "", f"{what}: the list does not end")


def _project_of(data: Any) -> Project | None:
    """A project of Harbor's answer; None where it has not that shape."""
    number, name = (data.get("project_id"), data.get("name")) if isinstance(data, Mapping) else (None, None)
    if type(number) is not int or not isinstance(name, str):
        return None
    role = data.get("current_user_role_id")
    return Project(number, name, role if type(role) is int else 0)
