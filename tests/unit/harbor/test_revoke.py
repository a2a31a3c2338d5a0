"""`mooring robots revoke`: who may, what is disabled, and what is said to go on working."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from tests.support.harbor import HarborStandIn
from tests.support.robots import fleet, run

CI = "{name: ci, project: vision, expires: never}"


def test_every_generation_is_disabled_and_no_other(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ci", "ci-b", "other"):
        harbor.state.add_robot(name, "vision", duration=-1)
    fleet(harbor, CI)
    before = datetime.datetime.now(datetime.UTC)
    code, out, _ = run(capsys, "revoke", "ci")
    assert code == 0 and "robot$vision+ci: disabled\nrobot$vision+ci-b: disabled\n" in out
    assert "31 minutes by Harbor's default" in out and "new pulls with it fail from now on, in default too" in out
    assert {robot.name: robot.disabled for robot in harbor.state.robots.values()} == {
        "vision+ci": True, "vision+ci-b": True, "vision+other": False,
    }  # fmt: skip
    code, out, _ = run(capsys, "revoke", "ci", "--format", "json")
    assert (code, [(one["disabled"], one["before"], one["tokensUntil"]) for one in json.loads(out)["robots"]]) == (
        0, [(True, True, None)] * 2,
    )  # fmt: skip
    harbor.state.change(harbor.state.robots[1], disabled=False)
    _, out, _ = run(capsys, "revoke", "ci", "--format", "json")
    until = datetime.datetime.fromisoformat(json.loads(out)["robots"][0]["tokensUntil"])
    assert until >= before.replace(microsecond=0) + datetime.timedelta(minutes=31)


@pytest.mark.parametrize(
    ("name", "role", "code", "said"),
    [
        ("dave", 1, 0, "robot$vision+ci: disabled"),
        ("erin", 4, 1, "only an administrator of project `vision` may do that\n    hint: ask with an administrator"),
        ("manager", 0, 1, "never change one\n    hint: delete `robot$vision+ci` in Harbor, which this caller may"),
    ],
)
def test_who_may(
    name: str, role: int, code: int, said: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    robot = harbor.state.add_robot("ci", "vision", duration=-1)
    if role:
        harbor.state.add_user(name, "Caller12345", {"vision": role})
        login = name
    else:
        rights = ["robot:create", "robot:read", "robot:list", "robot:delete", "repository:pull"]
        harbor.state.add_robot(name, "vision", secret="Caller12345", access=rights)
        login = f"robot$vision+{name}"
    Path(name).write_text(f"{login}\nCaller12345\n")
    Path(name).chmod(0o600)
    fleet(harbor, CI)
    found, out, err = run(capsys, "revoke", "ci", credentials=name)
    assert (found, said in out, "Caller12345" in out + err) == (code, True, False)
    assert harbor.state.robots[robot.id].disabled is (code == 0)
    assert code == 0 or "tokens" not in out


def test_a_legacy_robot_and_a_harbor_that_fails(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    robot = harbor.state.add_robot("ci", "vision", duration=-1)
    fleet(harbor, CI)
    harbor.state.read_only = True
    code, out, _ = run(capsys, "revoke", "ci")
    assert code == 1 and "not disabled: Harbor is in read-only mode" in out
    harbor.state.change(robot, editable=False, name="robot$vision+ci")
    code, out, _ = run(capsys, "revoke", "ci")
    assert code == 1 and "Harbor does not change a legacy robot" in out and "delete `robot$vision+ci` in Harbor" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["revoke"], "`revoke` needs the robot"), (["plan", "ci"], "`revoke` needs the robot"),
        (["revoke", "cj"], "no robot is named `cj`"), (["revoke", "ci"], "Harbor has no robot `robot$vision+ci`"),
    ],
)  # fmt: skip
def test_wrong_usage(words: list[str], said: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    fleet(harbor, CI)
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "") and said in err
