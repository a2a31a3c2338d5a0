"""`mooring robots plan` and `apply` against the stand-in for Harbor: what is shown, what is done, and what is left alone.

The problems have the code "robot-differs"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.harbor import HarborStandIn
from tests.support.robots import actions, applied, fleet, in_days, planned, record, run
from tests.support.vault import VaultStandIn


def test_a_plan_as_people_see_it(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    state = harbor.state
    state.add_robot("same", "vision", duration=30)
    state.add_robot("shorter", "vision", duration=10)
    state.add_robot("theirs", "vision")
    state.add_robot("narrow", pulls=["vision"])
    fleet(
        harbor,
        f"{{name: new, project: vision, expires: {in_days(30)}}}",
        f"{{name: same, project: vision, expires: {in_days(30)}}}",
        f"{{name: shorter, project: vision, expires: {in_days(30)}}}",
        f"{{name: narrow, projects: [vision, speech], expires: {in_days(30)}}}",
    )
    code, out, _ = run(capsys, "plan", "--detailed-exitcode")
    assert (code, out) == (2, f"""\
{harbor.url} for default, asked as `admin` (a system administrator)

  + robot$vision+new (robot `new`): create
      + pull on vision
      expires {in_days(30)}
  ~ robot$vision+shorter (robot `shorter`): change
      expires {in_days(10)} -> {in_days(30)}
  ~ robot$narrow (robot `narrow`): change
      + pull on speech

fleet.yaml:10:45: error[robot-differs]: robot `robot$vision+shorter`: the fleet says that it expires {in_days(30)}, Harbor \
says {in_days(10)}
   10 | - {{name: shorter, project: vision, expires: {in_days(30)}}}
                                                    ^
        hint: `mooring robots apply` changes Harbor; or write `expires: {in_days(10)}`

1 to create, 2 to change; 1 in agreement; 1 unknown to the fleet, left alone
""")  # fmt: skip
    assert {seen.method for seen in harbor.seen} <= {"GET", "HEAD"} and not any(seen.cookie for seen in harbor.seen)


def test_apply_changes_disables_and_leaves_the_rest(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    state = harbor.state
    old = state.add_robot("old", "vision")
    state.change(old, description="mooring: robot old of fleet small")
    wide = state.add_robot("wide", "vision", access=["repository:pull", "repository:push"], duration=10)
    state.change(wide, description="mooring: robot wide of fleet small")
    state.add_robot("theirs", "vision", access=["repository:pull", "repository:push"], duration=-1)
    fleet(
        harbor,
        f"{{name: wide, project: vision, expires: {in_days(20)}}}",
        "{name: theirs, project: vision, expires: never}",
    )
    code, out, _ = run(capsys, "apply")
    assert "robot$vision+wide: changed" in out and "robot$vision+old: disabled" in out
    there = {robot.name: robot for robot in state.robots.values()}
    assert there["vision+old"].disabled and there["vision+wide"].duration == 20
    rights = {name: {right.action for part in robot.permissions for right in part.access} for name, robot in there.items()}
    assert rights["vision+wide"] == {"pull"} and rights["vision+theirs"] == {"pull", "push"}
    code, found = planned(capsys)
    assert (code, actions(found)) == (0, [
        ("agrees", "robot$vision+wide"), ("agrees", "robot$vision+theirs"), ("unknown", "robot$vision+old"),
    ])  # fmt: skip
    assert "more rights than the fleet grants: push on vision" in found["robots"][1]["note"]


@pytest.mark.parametrize(
    ("backend", "said"), [("", "Vault's address is not known"), ("backend: external, ", "made outside of mooring")]
)
def test_nothing_is_created_whose_secret_would_be_lost(
    backend: str, said: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    fleet(harbor, f"{{name: new, {backend}project: vision, expires: never}}")
    code, out, _ = run(capsys, "apply")
    assert code == 1 and "not created: its secret would be lost: " in out and said in out
    assert harbor.state.robots == {}


@pytest.mark.parametrize(
    ("robot", "said"),
    [
        ("{name: new, project: vision}", "the fleet does not say when it expires"),
        ("{name: new, project: vision, expires: 2020-01-01}", "2020-01-01 is no day to create it until"),
        ("{name: new, project: nowhere, expires: never}", "there is no project `nowhere` in Harbor"),
        ("{name: new, project: vision, login: robot$vision+x, expires: never}", "Harbor has no robot `robot$vision+x`"),
        (f"{{name: new, project: vision, robot: {'x' * 249}, expires: never}}", "its name is longer than Harbor can store"),
    ],
)
def test_what_cannot_be_created(robot: str, said: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    fleet(harbor, robot)
    code, found = planned(capsys)
    assert (code, [one["cannot"] for one in found["robots"]]) == (1, [found["problems"][0]["message"]])
    assert said in found["problems"][0]["message"]


def test_a_changed_prefix_is_told_and_makes_no_robot_new(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.add_robot("ci", "vision", duration=-1)
    harbor.state.configuration["robot_name_prefix"] = "bot-"
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, found = planned(capsys)
    assert (code, actions(found)) == (1, [("agrees", "bot-vision+ci")])
    assert "Harbor's prefix for robots is `bot-`" in found["problems"][0]["message"]


def test_the_login_is_written_as_harbor_shows_it(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    harbor.state.configuration["robot_name_prefix"] = "bot-"
    fleet(harbor, "{name: new, project: vision, expires: never}")
    applied(harbor, vault)
    (robot,) = harbor.state.robots.values()
    assert record(vault, "new") == ("bot-vision+new", robot.secret)


def test_a_disabled_robot_stays_disabled(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.change(harbor.state.add_robot("ci", "vision", duration=10), disabled=True)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    code, _, _ = run(capsys, "apply")
    assert code == 1 and [robot.disabled for robot in harbor.state.robots.values()] == [True]


def test_a_successor_is_the_fleet_s_robot_too(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    harbor.state.change(harbor.state.add_robot("ci", "vision", duration=-1), disabled=True)
    harbor.state.add_robot("ci-b", "vision", duration=-1)
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    _, found = planned(capsys)
    assert actions(found) == [("agrees", "robot$vision+ci-b"), ("predecessor", "robot$vision+ci")]


def test_what_a_project_admin_and_a_manager_robot_cannot_do(
    harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    state = harbor.state
    state.add_user("dave", "Dave12345", {"vision": 1})
    state.add_robot("ci", "vision", duration=10)
    rights = ["robot:create", "robot:read", "robot:list", "robot:delete", "repository:pull"]
    state.add_robot("manager", "vision", secret="Manager12345", access=rights)
    for name, secret in (("dave", "Dave12345"), ("robot$vision+manager", "Manager12345")):
        Path(name).write_text(f"{name}\n{secret}\n")
        Path(name).chmod(0o600)
    fleet(
        harbor,
        f"{{name: ci, project: vision, expires: {in_days(20)}}}",
        f"{{name: new, project: vision, expires: {in_days(20)}}}",
        "{name: wide, projects: [vision, speech], expires: never}",
    )
    code, found = planned(capsys, "dave")
    assert (code, [(one["action"], one["cannot"]) for one in found["robots"][:3]]) == (1, [
        ("change", None), ("create", None), ("unseen", "a user without the right to list them"),
    ])  # fmt: skip
    code, found = planned(capsys, "robot$vision+manager")
    assert (code, [(one["action"], one["cannot"]) for one in found["robots"][:3]]) == (1, [
        ("change", "a robot account can create and delete robots, never change one"), ("create", None),
        ("unseen", "a robot account without the right to list them"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda harbor: Path("admin").write_text("admin\nWrong12345\n"), "Harbor refuses the credential"),
        (lambda harbor: harbor.fail("GET", "html", times=99), "answers with a page for people"),
        (lambda harbor: Path("ca.pem").write_bytes(b""), "signed by a CA that is not trusted here"),
    ],
)
def test_why_nothing_could_be_asked(
    spoil: Any, said: str, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    fleet(harbor, "{name: ci, project: vision, expires: never}")
    spoil(harbor)
    code, out, err = run(capsys, "plan")
    assert (code, out) == (2, "") and said in err
    assert "Wrong12345" not in err and harbor.admin.password not in err


@pytest.mark.parametrize("how", [None, "cut-after", "500-after"])
def test_a_created_robot_s_credential_is_in_the_back_end_and_works(
    how: Any, harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    fleet(harbor, f"{{name: new, project: vision, expires: {in_days(30)}}}")
    if how is not None:
        harbor.fail(lambda request: request.method == "POST", how)
    code, out, err = run(capsys, "apply")
    assert (code, err) == (0, "")
    assert "  robot$vision+new: created\n      its credential is in `secret/harbor/new` (external-secrets)\n" in out
    (robot,) = harbor.state.robots.values()
    assert record(vault, "new") == ("robot$vision+new", robot.secret)
    assert (robot.duration, robot.description) == (30, "mooring: robot new of fleet small")
    assert applied(harbor, vault) == []


def test_a_robot_whose_credential_was_written_without_an_answer_stays(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, "{name: new, project: vision, expires: never}")
    plain = vault.answer

    def answer(method: str, path: str, *more: Any) -> Any:
        found = plain(method, path, *more)
        return (500, {"errors": ["failed"]}) if (method, path) == ("POST", "secret/data/harbor/new") else found

    vault.answer = answer  # type: ignore[method-assign]
    (done,) = applied(harbor, vault)
    (robot,) = harbor.state.robots.values()
    assert done.outcome.endswith("Vault has an internal error; the robot stays") and done.mend.endswith("; then run again")
    assert record(vault, "new") == ("robot$vision+new", robot.secret)
    assert applied(harbor, vault) == []


def test_a_robot_whose_credential_cannot_be_written_is_taken_back(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, "{name: new, project: vision, expires: never}")
    vault.instead["POST", "secret/data/harbor/new"] = (500, {"errors": ["no space left"]})
    (done,) = applied(harbor, vault)
    assert done.outcome == (
        "its credential could not be written for `default`: Vault has an internal error; the robot was deleted again"
    )
    assert harbor.state.robots == {}
