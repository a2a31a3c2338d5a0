"""Names, days, queries and rights, as Harbor has them: input and what comes of it."""

from __future__ import annotations

import datetime

import pytest

from mooring.fleet.generations import generations, successor
from mooring.harbor import expiry
from mooring.harbor.names import Identity, identity, prefix_of
from mooring.harbor.query import of_project, pages_path
from mooring.harbor.rights import Caller, refusal
from mooring.harbor.robots import Access, permissions, robot_of
from mooring.harbor.secret import new_secret

CREATED = datetime.datetime(2026, 11, 26, 2, 6, 23, 500000, datetime.UTC)
PULL = Access("project", "vision", "repository", "pull")


@pytest.mark.parametrize(
    ("expires", "days"),
    [
        ("never", -1), ("2026-11-27", 1), ("2026-11-28", 2), ("2026-11-26", None), ("2020-01-01", None),
        ("2026-12-26", 30), ("9999-12-31", 2912113),
    ],
)  # fmt: skip
def test_the_duration_is_the_least_that_lasts_until_the_day(expires: str, days: int | None) -> None:
    assert expiry.duration(CREATED, expires) == days
    if days is not None and days > 0:
        end = CREATED + datetime.timedelta(days=days)
        assert expiry.day(int(end.timestamp())) == expires


def test_midnight_needs_no_further_day() -> None:
    midnight = datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC)
    assert expiry.duration(midnight, "2026-11-27") == 1


@pytest.mark.parametrize(
    ("expires_at", "day", "over"),
    [
        (1798250783, "2026-12-26", False), (-1, "never", False), (1795658783, "2026-11-26", True),
        (185544382673185, "9999-12-31", False),
    ],
)  # fmt: skip
def test_harbor_s_expires_at(expires_at: int, day: str, over: bool) -> None:
    assert (expiry.day(expires_at), expiry.is_over(expires_at, CREATED)) == (day, over)


def test_names() -> None:
    ci = Identity("project", "vision", "ci")
    assert (ci.stored, ci.login("robot$"), Identity("system", "", "ci").login("bot-")) == (
        "vision+ci",
        "robot$vision+ci",
        "bot-ci",
    )
    assert identity("robot$vision+ci", "project", "vision", "robot$") == ci
    assert identity("bot-vision+ci", "project", "vision", "robot$") is None
    assert identity("robot$sys", "system", "vision", "robot$") == Identity("system", "", "sys")
    assert (prefix_of("bot-vision+ci", "vision"), prefix_of("robot$legacy", "vision")) == ("bot-", None)
    assert [Identity("project", "vision", "x" * n).is_too_long for n in (248, 249)] == [False, True]
    assert [Identity("system", "", "x" * n).is_too_long for n in (255, 256)] == [False, True]
    assert generations("ci") == ("ci", "ci-b", "ci-a")
    assert [successor("ci", name) for name in ("ci", "ci-b", "ci-a")] == ["ci-b", "ci-a", "ci-b"]


def test_a_query_is_escaped_twice_and_pages_are_numbered() -> None:
    assert pages_path("/robots", 2, of_project(2, "vision+ci")) == (
        "/robots?q=Level=project,ProjectID=2,name=vision%252Bci&page=2&page_size=100&sort=id"
    )
    assert pages_path("/projects", 1, None, name="a&b") == "/projects?name=a%26b&page=1&page_size=100&sort=id"


def test_a_robot_as_harbor_shows_it() -> None:
    access = [{"resource": "repository", "action": "pull", "effect": "allow"}, {"resource": "robot", "action": "list"}]
    data = {
        "id": 1, "name": "robot$vision+ci", "level": "project", "creation_time": "2026-11-26T02:06:23.500Z",
        "expires_at": -1, "editable": False, "description": "mooring: robot ci of fleet small",
        "permissions": [{"kind": "project", "namespace": "vision", "access": access}],
    }  # fmt: skip
    robot = robot_of(data)
    assert robot is not None and robot.mark is not None
    assert (robot.created, robot.editable, robot.disabled, robot.mark.fleet) == (CREATED, False, False, "small")
    assert robot.access == {PULL, PULL._replace(resource="robot", action="list")}
    assert permissions([PULL]) == [
        {"kind": "project", "namespace": "vision", "access": [{"resource": "repository", "action": "pull"}]}
    ]
    assert robot_of({**data, "id": "1"}) is None and robot_of({**data, "creation_time": "x"}) is None


MANAGER = frozenset({PULL._replace(resource="robot", action="create"), PULL})


@pytest.mark.parametrize(
    ("caller", "deed", "level", "expected"),
    [
        (Caller("admin", "admin"), "change", "system", ""),
        (Caller("dave", "user", roles={"vision": 1}), "change", "project", ""),
        (Caller("erin", "user", roles={"vision": 4}), "create", "project", "only an administrator of project `vision`"),
        (Caller("dave", "user", roles={"vision": 1}), "create", "system", "only a system administrator"),
        (Caller("r", "robot", MANAGER), "create", "project", ""),
        (Caller("r", "robot", MANAGER), "change", "project", "a robot account can create and delete"),
        (Caller("r", "robot", MANAGER), "delete", "project", "it has no right `robot:delete` on `vision`"),
        (Caller("r", "robot", MANAGER), "create", "system", "it has no right `robot:create` on `/`"),
        (Caller("r", "robot", MANAGER - {PULL}), "create", "project", "it cannot grant what it has not itself"),
        (Caller("r", "robot"), "create", "project", ""),
    ],
)  # fmt: skip
def test_who_may_do_what(caller: Caller, deed: str, level: str, expected: str) -> None:
    said = refusal(caller, deed, level, "vision", frozenset({PULL}))  # type: ignore[arg-type]
    assert said.startswith(expected) and bool(said) == bool(expected)


def test_a_secret_is_one_that_harbor_takes() -> None:
    made = new_secret()
    assert len(made) == 32 and made.isalnum() and made != new_secret()
    assert any(map(str.islower, made)) and any(map(str.isupper, made)) and any(map(str.isdigit, made))
