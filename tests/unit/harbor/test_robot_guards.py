"""What `mooring robots` must never do, and what it must always say: each test is about one condition of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.harbor.api import Project
from mooring.harbor.names import Identity
from mooring.harbor.robots import Robot
from mooring.network import Patience
from mooring.redaction import Credential
from tests.support.harbor import HarborStandIn
from tests.support.robots import actions, api_of, applied, fleet, in_days, planned, record, run
from tests.support.vault import VaultStandIn

MADE = "mooring: robot {} of fleet small"


def writes(harbor: HarborStandIn) -> list[tuple[str, str, int]]:
    """What changed something, or tried to."""
    return [(seen.method, seen.path, seen.status) for seen in harbor.seen if seen.method not in ("GET", "HEAD")]


def test_a_robot_on_a_later_page_is_found(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(230):
        harbor.state.add_robot(f"theirs-{number}", "vision")
    harbor.state.add_robot("ci", "vision", duration=-1)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, found = planned(capsys)
    assert (code, found["summary"]["agrees"], found["summary"]["unknown"]) == (0, 1, 230)
    assert sum("ProjectID" in seen.query for seen in harbor.seen) == 3


def test_a_list_that_ends_with_a_full_page_is_all_there(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(100):
        harbor.state.add_robot(f"theirs-{number}", "vision")
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    assert planned(capsys)[1]["summary"]["unknown"] == 100


def test_a_legacy_robot_is_not_changed(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.change(harbor.state.add_robot("robot$vision+ci", duration=10), editable=False, name="robot$vision+ci")
    robot = harbor.state.change(harbor.state.add_robot("ci", "vision", duration=10), editable=False, name="robot$vision+ci")
    harbor.state.robots = {robot.id: robot}
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, found = planned(capsys)
    assert (code, [(one["action"], one["cannot"]) for one in found["robots"]]) == (
        1, [("change", "Harbor does not change a legacy robot: replace it by a new one")],
    )  # fmt: skip
    assert run(capsys, "apply")[0] == 1 and writes(harbor) == []


def test_a_legacy_robot_does_not_stand_for_the_prefix(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old$vision+a", "old$vision+b"):
        harbor.state.change(harbor.state.add_robot("x", "vision"), editable=False, name=name)
    harbor.state.add_robot("ci", "vision", duration=-1)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, found = planned(capsys)
    assert (code, found["problems"], actions(found)[0]) == (0, [], ("agrees", "robot$vision+ci"))


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_database_that_is_down_is_no_wrong_credential(
    command: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    harbor.state.database_down = True
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, out, err = run(capsys, command)
    assert (code, out, writes(harbor)) == (2, "", [])
    assert "Harbor's database is down: every login is refused" in err and "check login and secret" not in err


def test_read_only_mode_is_named(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.add_robot("ci", "vision", duration=10)
    harbor.state.read_only = True
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, out, _ = run(capsys, "apply")
    assert code == 1 and "not changed: Harbor is in read-only mode" in out and "wait for its end" in out
    assert len(writes(harbor)) == 1


ENVIRONMENTS = """\
environments:
- name: dev
- name: prod
  robots: [{{name: ci, expires: {expires}}}]
"""


@pytest.mark.parametrize(("expires", "problems"), [("never", 0), ("2099-01-01", 1)])
def test_environments_that_share_a_harbor_agree(
    expires: str, problems: int, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    harbor.state.add_robot("ci", "vision", duration=-1)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    with Path("fleet.yaml").open("a") as file:
        file.write(ENVIRONMENTS.format(expires=expires))
    code, found = planned(capsys)
    assert (code, len(found["problems"]), found["robots"][0]["action"]) == (min(problems, 1), problems, "agrees")
    if problems:
        said = "environments `dev` and `prod` have one Harbor, and want robot `ci` in two ways"
        assert found["problems"][0]["message"] == said
    else:
        assert found["robots"][0]["environments"] == ["dev", "prod"]


@pytest.mark.parametrize("how", ["cut-after", "cut-before", "500-after", "500", "502", "half"])
def test_a_creation_is_asked_for_once(how: Any, harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, "{name: new, project: vision, expires: never}")
    harbor.fail(lambda request: request.method == "POST", how, times=9)
    applied(harbor, vault)
    assert len(harbor.state.robots) <= 1
    assert harbor.faults[0].hits == 1
    for robot in harbor.state.robots.values():
        assert record(vault, "new") == ("robot$vision+new", robot.secret)


def test_no_cookie_goes_back_with_a_change(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.add_robot("ci", "vision", duration=10)
    harbor.state.add_robot("other", "vision", duration=10)
    fleet(harbor, *(f"{{name: {name}, project: vision, expires: never}}" for name in ("ci", "other")))
    run(capsys, "apply")
    assert [status for _, _, status in writes(harbor)] == [200, 200] and not any(seen.cookie for seen in harbor.seen)


@pytest.mark.parametrize(
    "description",
    [
        "",
        "mooring: robot old of fleet other",
        "mooring: robot old of fleet small, or not",
        "a mooring: robot old of fleet small",
    ],
)
def test_a_robot_without_the_fleet_s_mark_is_never_touched(
    description: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    wide = {"access": ["repository:pull", "repository:push"], "duration": -1}
    old, ci = (harbor.state.add_robot(name, "vision", **wide) for name in ("old", "ci"))  # type: ignore[arg-type]
    harbor.state.change(old, description=description)
    harbor.state.change(ci, description=description)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, out, _ = run(capsys, "apply")
    assert (code, writes(harbor)) == (0, []) and "mooring did not make it, and takes none" in out


def test_somebody_else_s_robot_of_the_name_is_not_taken_over(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, "{name: new, project: vision, expires: never}")

    def made_meanwhile(request: Any) -> bool:
        if request.method != "POST":
            return False
        harbor.state.add_robot("new", "vision", secret="Theirs12345")
        return True

    harbor.fail(made_meanwhile, "500")
    (done,) = applied(harbor, vault)
    assert done.outcome and vault.records == {}
    assert [robot.secret for robot in harbor.state.robots.values()] == ["Theirs12345"]


def test_nothing_is_created_that_a_back_end_cannot_keep(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    vault.sealed = True
    fleet(harbor, "{name: new, project: vision, expires: never}")
    (done,) = applied(harbor, vault)
    assert (done.outcome, done.mend, writes(harbor)) == (
        "its secret would be lost: Vault is sealed, or in maintenance", "unseal it, then run again", [],
    )  # fmt: skip


def test_changing_one_keeps_what_it_is(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    robot = harbor.state.add_robot("ci", "vision", duration=10)
    harbor.state.change(robot, description="the pipeline's, ask Ann")
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    assert run(capsys, "apply")[0] == 0
    (after,) = harbor.state.robots.values()
    assert (after.description, after.disabled, after.duration) == ("the pipeline's, ask Ann", False, -1)
    assert (after.secret, after.permissions) == (robot.secret, robot.permissions)


def test_a_departed_robot_that_is_disabled_is_done(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    robot = harbor.state.add_robot("old", "vision")
    harbor.state.change(robot, description=MADE.format("old"), disabled=True)
    harbor.state.add_robot("ci", "vision", duration=-1)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, found = planned(capsys)
    assert (code, actions(found)) == (0, [("agrees", "robot$vision+ci"), ("unknown", "robot$vision+old")])


def test_the_newest_of_a_robot_s_generations_is_the_one_in_use(
    harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for name in ("ci", "ci-b"):
        harbor.state.add_robot(name, "vision", duration=-1)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    _, found = planned(capsys)
    assert actions(found) == [("agrees", "robot$vision+ci-b"), ("predecessor", "robot$vision+ci")]
    assert found["robots"][1]["note"] == "still enabled"


def test_what_the_fleet_itself_names_is_no_successor(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ci", "ci-b"):
        harbor.state.add_robot(name, "vision", duration=-1)
    fleet(harbor, *(f"{{name: {name}, project: vision, expires: never}}" for name in ("ci", "ci-b")))
    _, found = planned(capsys)
    assert actions(found) == [("agrees", "robot$vision+ci"), ("agrees", "robot$vision+ci-b")]


def test_an_expired_robot_is_a_problem_though_harbor_and_fleet_agree(
    harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    harbor.state.clock.move(days=-20)
    harbor.state.add_robot("ci", "vision", duration=10)
    harbor.state.clock.move(days=20)
    fleet(harbor, f"{{name: ci, project: vision, expires: {in_days(-10)}}}")
    code, found = planned(capsys)
    assert (code, found["robots"][0]["action"]) == (1, "agrees")
    assert f"robot `robot$vision+ci` expired on {in_days(-10)}" in found["problems"][0]["message"]


def test_a_project_of_a_like_name_is_another(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.add_project("vision-lab")
    fleet(harbor, "{name: ci, project: vis, expires: never}")
    assert "there is no project `vis` in Harbor" in planned(capsys)[1]["robots"][0]["cannot"]


def test_apply_ends_well_when_it_has_mended_what_was_wrong(
    harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    harbor.state.add_robot("ci", "vision", duration=10)
    fleet(harbor, f"{{name: ci, project: vision, expires: {in_days(30)}}}")
    assert run(capsys, "plan")[0] == 1
    code, out, _ = run(capsys, "apply")
    assert code == 0 and "robot-differs" not in out and f"expires {in_days(10)} -> {in_days(30)}" in out
    assert "robot$vision+ci: changed" in out and run(capsys, "plan")[0] == 0


def test_apply_ends_with_1_when_something_is_left(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.add_user("dave", "Dave12345", {"vision": 4})
    harbor.state.add_robot("ci", "vision", duration=-1, access=["repository:list"])
    Path("dave").write_text("dave\nDave12345\n")
    Path("dave").chmod(0o600)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, out, _ = run(capsys, "apply", credentials="dave")
    assert code == 1 and "only an administrator of project `vision` may do that" in out and writes(harbor) == []


def test_a_robot_put_back_stays_disabled(harbor: HarborStandIn) -> None:
    harbor.state.change(harbor.state.add_robot("ci", "vision", duration=10), disabled=True)
    api = api_of(harbor)
    found = api.find(Identity("project", "vision", "ci"), Project(harbor.state.project("vision").id, "vision", 1))  # type: ignore[union-attr]
    assert isinstance(found, Robot) and api.replace(found, "change", duration=20) is None
    api.close()
    assert [(robot.disabled, robot.duration) for robot in harbor.state.robots.values()] == [(True, 20)]


def test_an_empty_secret_is_not_sent_since_harbor_would_make_another(harbor: HarborStandIn) -> None:
    robot = harbor.state.add_robot("ci", "vision")
    api = api_of(harbor)
    told = api.set_secret(robot.id, "robot$vision+ci", Credential(""))
    api.close()
    assert told is not None and (writes(harbor), harbor.state.robots[robot.id].secret) == ([], robot.secret)


def test_a_deletion_whose_answer_was_lost_is_done(harbor: HarborStandIn) -> None:
    robot = harbor.state.add_robot("ci", "vision")
    harbor.fail("DELETE", "cut-after")
    api = api_of(harbor, Patience(pauses=(0.0,)))
    assert api.delete(robot.id, "robot$vision+ci") is None
    api.close()
    assert [status for _, _, status in writes(harbor)] == [200, 404] and harbor.state.robots == {}


def test_an_answer_without_a_secret_gives_the_robot_one_of_ours(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, "{name: new, project: vision, expires: never}")
    harbor.state.make_secret = lambda: ""
    (done,) = applied(harbor, vault)
    (robot,) = harbor.state.robots.values()
    assert (done.outcome, record(vault, "new")) == ("", ("robot$vision+new", robot.secret))
    assert len(robot.secret) == 32
