"""`mooring doctor --harbor-credentials`: Harbor's API says which of the reasons for a refused credential it is."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.support.doctored import SECRET, World
from tests.support.harbor.server import Handler
from tests.support.harbor.state import Robot, State

LOGIN = "robot$vision+puller"


def caller(world: World, name: str = "", secret: str = "") -> Path:
    path = world.folder / "caller"
    path.write_text(f"{name or world.harbor.admin.name}\n{secret or world.harbor.admin.password}\n")
    path.chmod(0o600)
    return path


def told(
    world: World, login: str = LOGIN, secret: str = SECRET, whom: tuple[str, str] = ("", "")
) -> tuple[dict[str, Any], list[str]]:
    """The first image's cause, and the details."""
    credentials = world.credentials(login, secret)
    _, entry = world.doctor("detector", "--credentials", credentials, "--harbor-credentials", caller(world, *whom))
    one = entry["pulls"][0]
    (cause,) = one["causes"]
    assert cause["code"] == "credential-refused"
    return cause, one["details"]


def _wrong(world: World, robot: Robot) -> None:
    world.harbor.state.change(robot, secret="Another-Secret-1")


def _expired(world: World, robot: Robot) -> None:
    world.harbor.state.change(robot, expires_at=1700000000)


def _disabled(world: World, robot: Robot) -> None:
    world.harbor.state.change(robot, disabled=True)


def _deleted(world: World, robot: Robot) -> None:
    del world.harbor.state.robots[robot.id]


def _renamed(world: World, robot: Robot) -> None:
    world.harbor.state.configuration["robot_name_prefix"] = "bot-"


@pytest.mark.parametrize(
    ("spoil", "reason", "detail"),
    [
        (_wrong, "wrong", "Harbor shows robot `robot$vision+puller` as enabled and valid"),
        (_expired, "expired", "Harbor shows that robot `robot$vision+puller` expired at 2023-11-14 22:13 UTC"),
        (_disabled, "disabled", "Harbor shows robot `robot$vision+puller` as disabled"),
        (_deleted, "deleted", "Harbor has no robot `robot$vision+puller`"),
        (_renamed, "renamed", "Harbor shows the robot as `bot-vision+puller`"),
    ],
)
def test_each_reason_is_told_apart(
    world: World, puller: Robot, spoil: Callable[[World, Robot], None], reason: str, detail: str
) -> None:
    spoil(world, puller)
    cause, details = told(world)
    assert (cause["reasons"], details) == ([reason], [detail])
    assert cause["mend"] != ""


def test_a_robot_of_the_system(world: World, puller: Robot) -> None:
    world.harbor.state.add_robot("all", secret="Another-Secret-1")
    assert told(world, "robot$all")[0]["reasons"] == ["wrong"]
    assert told(world, "robot$none")[0]["reasons"] == ["deleted"]


@pytest.mark.parametrize(
    ("login", "secret", "detail"),
    [
        ("stranger", "Fake-User-Pw-1", "Harbor shows no project `vision` to who was asked as"),
        ("nobody", "Wrong-Secret-1", "Harbor refuses the credential"),
    ],
)
def test_who_may_not_see_it_learns_no_reason(world: World, puller: Robot, login: str, secret: str, detail: str) -> None:
    _disabled(world, puller)
    world.harbor.state.add_user("stranger", "Fake-User-Pw-1", {})
    cause, details = told(world, whom=(login, secret))
    assert (len(cause["reasons"]), details) == (5, [detail])


def test_what_the_login_tells_is_asked_of_nobody(world: World, puller: Robot) -> None:
    cause, details = told(world, "robot+puller")
    assert (cause["reasons"], details) == (["eaten"], [])
    assert [one.path for one in world.harbor.seen if one.login == "admin"] == []


def test_a_user_is_no_robot(world: World, puller: Robot) -> None:
    cause, details = told(world, "someone")
    assert details == ["`someone` is no robot's login: Harbor's robots were not asked for"]
    assert len(cause["reasons"]) > 1


def test_a_clock_that_is_an_hour_off_moves_no_expiry(world: World, puller: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Harbor's clock is an hour behind this machine's: what it holds for valid has not expired."""
    state = world.harbor.state
    state.clock.move(hours=-1)
    state.change(puller, expires_at=int(state.clock.now().timestamp()) + 1800)
    monkeypatch.setattr(Handler, "end_headers", dated_by(state))
    cause, details = told(world, secret="Wrong-Secret-1")
    assert cause["reasons"] == ["wrong"]
    assert details[0] == "this machine's clock is 60 minutes ahead of the server's"


def dated_by(state: State) -> Callable[[Handler], None]:
    """Ends a head with the date of the server's clock, as Harbor's nginx does."""

    def end_headers(self: Handler) -> None:
        self.send_header("Date", format_datetime(state.clock.now(), usegmt=True))
        super(Handler, self).end_headers()

    return end_headers


def test_an_image_alone(world: World, puller: Robot, capsys: pytest.CaptureFixture[str]) -> None:
    _disabled(world, puller)
    (world.folder / "fleet.yaml").unlink()
    credentials = world.credentials(LOGIN)
    image = f"{world.harbor.host}/vision/app:1.0"
    _, entry = world.doctor(
        image, "--credentials", credentials, "--harbor-credentials", caller(world), "--ca-bundle", world.harbor.ca_pem
    )
    assert entry["causes"][0]["reasons"] == ["disabled"]


def test_nothing_refused_is_nothing_asked(world: World, puller: Robot) -> None:
    world.doctor("detector", "--credentials", world.credentials(LOGIN), "--harbor-credentials", caller(world))
    assert "admin" not in {one.login for one in world.harbor.seen}


def test_a_caller_s_credential_that_cannot_be_read(world: World, puller: Robot) -> None:
    missing = str(world.folder / "none")
    credentials = str(world.credentials(LOGIN, "Wrong-Secret-1"))
    assert cli.main(["doctor", "detector", "--credentials", credentials, "--harbor-credentials", missing]) == 2
