"""What a test asks of the stand-in beside Harbor's answers: faults on the wire, a clock, the delay of failed logins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.support.harbor import HarborStandIn, rights
from tests.support.harbor.client import Client

ROBOTS = "/api/v2.0/robots"
BODY = {
    "name": "ci",
    "level": "project",
    "duration": 30,
    "permissions": [{"kind": "project", "namespace": "vision", "access": [{"resource": "repository", "action": "pull"}]}],
}


@pytest.fixture
def harbor(tmp_path: Path) -> Iterator[HarborStandIn]:
    with HarborStandIn(tmp_path) as server:
        server.state.add_image("vision/app", "1.0")
        yield server


@pytest.fixture
def client(harbor: HarborStandIn) -> Iterator[Client]:
    with Client(harbor) as client:
        yield client


@pytest.mark.parametrize(
    ("how", "status", "made"),
    [
        ("cut-before", 0, 0),
        ("cut-after", 0, 1),
        ("half", 0, 1),
        ("500", 500, 0),
        ("500-after", 500, 1),
        ("502", 502, 0),
        ("429", 429, 0),
        ("html", 200, 0),
        ("slow", 201, 1),
    ],
)
def test_a_fault_strikes_once_before_or_after_the_effect(
    harbor: HarborStandIn, client: Client, how: str, status: int, made: int
) -> None:
    fault = harbor.fail(f"POST {ROBOTS}", how, seconds=0.01)
    try:
        seen = client.ask("POST", ROBOTS, harbor.admin, BODY).status
    except urllib3.exceptions.HTTPError:
        seen = 0
    assert (seen, len(harbor.state.robots), fault.hits) == (status, made, 1)
    assert client.ask("POST", ROBOTS, harbor.admin, BODY).status == (409 if made else 201)


def test_requests_before_the_fault_and_others_go_through(harbor: HarborStandIn, client: Client) -> None:
    harbor.fail(f"GET {ROBOTS}", "500", skip=1, times=2)
    asked = [client.ask("GET", path, harbor.admin).status for path in (ROBOTS, "/v2/", ROBOTS, ROBOTS, ROBOTS)]
    assert asked == [200, 200, 500, 500, 200]


def test_a_robot_expires_when_the_clock_is_moved(harbor: HarborStandIn, client: Client) -> None:
    robot = harbor.state.add_robot("ci", "vision", secret="Fake-Own-Secret-1", duration=30)
    login = (harbor.state.login(robot), robot.secret)
    harbor.state.clock.move(days=29, hours=23)
    assert client.ask("GET", "/v2/", login).status == 200
    harbor.state.clock.move(hours=1)
    assert client.ask("GET", "/v2/", login).status == 401


def test_a_failed_login_locks_a_user_but_no_robot(harbor: HarborStandIn, client: Client) -> None:
    harbor.state.login_delay = 0.4
    harbor.state.locked_until |= {"admin": float("inf"), "robot$vision+ci": float("inf")}
    robot = harbor.state.add_robot("ci", "vision", secret="Fake-Own-Secret-1")
    assert client.ask("GET", "/v2/", harbor.admin).status == 401
    assert client.ask("GET", "/v2/", ("robot$vision+ci", robot.secret)).status == 200


def test_the_first_of_two_failed_logins_waits(
    harbor: HarborStandIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(rights.time, "sleep", waited.append)
    harbor.state.login_delay = 60.0
    assert [client.ask("GET", "/v2/", ("robot$vision+ghost", "x")).status for _ in range(2)] == [401, 401]
    assert waited == [60.0]
    harbor.state.database_down = True  # as a wrong secret, but at once
    assert client.ask("GET", "/v2/", ("robot$vision+other", "x")).status == 401
    assert waited == [60.0]


def test_what_arrived_is_told_without_a_secret(harbor: HarborStandIn, client: Client) -> None:
    client.ask("GET", f"{ROBOTS}?page=1", harbor.admin, Cookie="a=b")
    assert harbor.seen == [("GET", ROBOTS, "page=1", "admin", 200, True)]
    robot = harbor.state.add_robot("ci", "vision", secret="Fake-Own-Secret-1")
    assert "Fake-Own-Secret-1" not in repr(robot)


def test_a_client_without_the_authority_gets_no_answer(harbor: HarborStandIn) -> None:
    with urllib3.PoolManager(retries=False) as pool, pytest.raises(urllib3.exceptions.SSLError):
        pool.request("GET", f"{harbor.url}/api/v2.0/ping")
