"""A robot of ours whose login no back end holds gets a fresh secret, which is delivered; any other is left as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.harbor import HarborStandIn
from tests.support.robots import actions, applied, fleet, planned, record, run
from tests.support.sealing import sealing_key
from tests.support.vault import VaultStandIn

LOGIN = "robot$vision+new"
RECORD = "secret/data/harbor/new"
MARK = "mooring: robot new of fleet small"
ROBOT = "{name: new, project: vision, expires: never}"


def lost(harbor: HarborStandIn, name: str = "new", **changed: Any) -> int:
    """A robot as a run leaves it that was killed after the creation; its number."""
    robot = harbor.state.add_robot(name, "vision", secret="Lost12345", duration=-1)
    harbor.state.change(robot, description=MARK, **changed)
    fleet(harbor, ROBOT)
    return robot.id


def test_a_plan_shows_what_apply_does(
    harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    number = lost(harbor)
    code, out, _ = run(capsys, "plan", "--detailed-exitcode")
    assert (code, out) == (2, f"""\
{harbor.url} for default, asked as `admin` (a system administrator)

  > robot$vision+new (robot `new`): deliver
      no back end of `default` holds its login: it gets a fresh secret, which is written there

1 to deliver; 1 in agreement
""")  # fmt: skip
    assert harbor.state.robots[number].secret == "Lost12345" and vault.records == {}
    code, out, _ = run(capsys, "apply")
    assert code == 0 and "  robot$vision+new: delivered\n      its credential is in `secret/harbor/new`" in out
    assert record(vault, "new") == (LOGIN, harbor.state.robots[number].secret)
    assert harbor.state.robots[number].secret != "Lost12345"
    assert run(capsys, "plan", "--detailed-exitcode")[0] == 0


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"username": LOGIN, "password": "Used12345"}, ""),
        ({"username": LOGIN}, ""),
        ({"password": "Used12345"}, "holds a secret, and no login that can be read"),
        ({"username": "robot$vision+other", "password": "x"}, "holds the login `robot$vision+other` of another robot"),
    ],
)
def test_a_secret_that_may_be_in_use_is_never_changed(
    held: Any, said: str, harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    number = lost(harbor)
    vault.records[RECORD] = [held]
    code, out, _ = run(capsys, "apply")
    assert (code, said in out, "hint: " in out) == (1 if said else 0, True, bool(said))
    assert harbor.state.robots[number].secret == "Lost12345" and vault.records == {RECORD: [held]}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda vault: vault.tokens.clear(), "Vault does not know the token"),
        (lambda vault: vault.denied.add(("GET", RECORD)), "Vault does not let this token read"),
        (lambda vault: setattr(vault, "sealed", True), "Vault is sealed"),
        (lambda vault: vault.instead.update({("GET", RECORD): (404, {"errors": ["no handler"]})}), "nothing at that path"),
        (lambda vault: vault.instead.update({("GET", RECORD): (200, b"<html>")}), "does not answer as a Vault does"),
    ],
)
def test_what_is_not_known_is_not_nothing(
    spoil: Any, said: str, harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    number = lost(harbor)
    spoil(vault)
    code, out, _ = run(capsys, "apply")
    assert code == 1 and "cannot: whether a back end of `default` holds its login is not known: " in out and said in out
    assert f"or delete `{LOGIN}` in Harbor and run again, where nobody uses it" in out
    assert harbor.state.robots[number].secret == "Lost12345" and vault.records == {}


@pytest.mark.parametrize("changed", [{"description": ""}, {"description": f"{MARK}er"}, {"disabled": True}])
def test_a_robot_that_is_not_ours_or_not_enabled_is_not_asked_for(
    changed: Any, harbor: HarborStandIn, vault: VaultStandIn
) -> None:  # fmt: skip
    number = lost(harbor)
    harbor.state.change(harbor.state.robots[number], **changed)
    assert (applied(harbor, vault), vault.asked) == ([], [])
    assert harbor.state.robots[number].secret == "Lost12345"


@pytest.mark.parametrize("held", ["", LOGIN, f"{LOGIN}-b"])
def test_a_rotation_that_is_under_way_goes_on_by_itself(held: str, harbor: HarborStandIn, vault: VaultStandIn) -> None:
    for name in ("new", "new-b"):
        lost(harbor, name)
    vault.records[RECORD] = [{"username": held, "password": "Lost12345" if held else ""}]
    assert applied(harbor, vault) == []
    assert {robot.secret for robot in harbor.state.robots.values()} == {"Lost12345"}


def test_a_login_of_a_robot_that_is_gone_is_in_nobody_s_use(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    number = lost(harbor)
    vault.records[RECORD] = [{"username": f"{LOGIN}-b", "password": "Gone12345"}]
    (done,) = applied(harbor, vault)
    assert (done.item.kind, done.outcome) == ("deliver", "")
    assert record(vault, "new") == (LOGIN, harbor.state.robots[number].secret)


def test_without_vault_s_address_nothing_is_said_of_it(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    lost(harbor)
    code, found = planned(capsys)
    assert (code, actions(found)) == (0, [("agrees", LOGIN)])


TWO = """\
environments:
- name: dev
- name: prod
  robots: [{{name: new, {prod}}}]
"""


def two(harbor: HarborStandIn, prod: str = "secret: {key: prod/new}") -> None:
    """An environment with a record of its own."""
    with Path("fleet.yaml").open("a") as file:
        file.write(TWO.format(prod=prod))


def test_what_one_environment_has_is_copied_to_the_other(
    harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    number = lost(harbor)
    two(harbor)
    vault.records["secret/data/prod/new"] = [{"username": LOGIN, "password": "Lost12345"}]
    assert planned(capsys)[1]["robots"][1]["deliver"] == {"environments": ["dev"], "from": "prod"}
    code, out, _ = run(capsys, "apply")
    assert code == 0 and "the credential that `prod` has is written to the back end of `dev`" in out
    assert record(vault, "new") == (LOGIN, "Lost12345") == (LOGIN, harbor.state.robots[number].secret)
    assert harbor.seen[-1].method == "GET" and not [seen for seen in harbor.seen if seen.method == "PATCH"]


def test_what_vault_has_is_copied_to_files(
    sealed: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    robot = sealed.state.add_robot("new", "vision", secret="Used12345", duration=-1)
    sealed.state.change(robot, description=MARK)
    with Path("fleet.yaml").open("a") as file:
        file.write(
            "environments:\n- name: dev\n- name: prod\n  secrets: {backend: external-secrets, store: {name: vault}}\n"
        )
    vault.records[RECORD] = [{"username": LOGIN, "password": "Used12345"}]
    code, out, _ = run(capsys, "apply")
    assert (code, "its credential is in `secrets/dev/speech/harbor-new.yaml` (sealed-secrets)" in out) == (0, True)
    assert sealed.state.robots[robot.id].secret == "Used12345" and len(vault.records[RECORD]) == 1
    # The files of `dev` hold it too now, and nobody can open them.
    with Path("fleet.yaml").open("a") as file:
        file.write("- name: third\n")
    code, out, _ = run(capsys, "apply")
    assert (code, "the credential that `prod` has is written to the back end of `third`" in out) == (0, True)


@pytest.mark.parametrize("held", [None, "Lost12345"])
def test_an_environment_that_is_made_elsewhere_may_use_it(
    held: str | None, harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    number = lost(harbor)
    two(harbor, "backend: external")
    if held is not None:
        vault.records[RECORD] = [{"username": LOGIN, "password": held}]
    code, out, _ = run(capsys, "apply")
    assert (code, "cannot: whether a back end of `prod` holds its login is not known" in out) == (
        (0, False) if held else (1, True)
    )
    assert harbor.state.robots[number].secret == "Lost12345"


def test_a_caller_that_cannot_change_it_is_told(
    harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    number = lost(harbor)
    harbor.state.add_user("dave", "Dave12345", {"vision": 4})
    Path("dave").write_text("dave\nDave12345\n")
    Path("dave").chmod(0o600)
    code, out, _ = run(capsys, "apply", credentials="dave")
    assert code == 1 and "cannot: only an administrator of project `vision` may do that" in out
    assert harbor.state.robots[number].secret == "Lost12345" and vault.records == {}


def test_a_new_robot_never_overwrites_another_s_record(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, ROBOT)
    vault.records[RECORD] = [{"username": "robot$vision+other", "password": "Used12345"}]
    (done,) = applied(harbor, vault)
    assert "holds the login `robot$vision+other` of another robot" in done.outcome
    assert (harbor.state.robots, len(vault.records[RECORD])) == ({}, 1)


def test_a_login_of_a_deleted_robot_goes_before_it_is_created_again(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    fleet(harbor, ROBOT)
    vault.records[RECORD] = [{"owner": "vision", "username": LOGIN, "password": "Old12345"}]
    (done,) = applied(harbor, vault)
    (robot,) = harbor.state.robots.values()
    assert done.outcome == ""
    assert vault.records[RECORD][1:] == [
        {"owner": "vision"},
        {"owner": "vision", "username": LOGIN, "password": robot.secret},
    ]


SEALED = "{backend: sealed-secrets, certificate: sealing.pem}"
FILES = [Path("secrets/default", namespace, "harbor-new.yaml") for namespace in ("speech", "vision")]


@pytest.fixture
def sealed(harbor: HarborStandIn) -> HarborStandIn:
    """A fleet whose robot's Secret stands sealed in the repository, for two namespaces."""
    Path("sealing.pem").write_bytes(sealing_key().certificate)
    fleet(harbor, "{name: new, project: vision, namespaces: [vision, speech], expires: never}")
    text = Path("fleet.yaml").read_text().replace("{backend: external-secrets, store: {name: vault}}", SEALED)
    Path("fleet.yaml").write_text(f"{text}- name: speech\n")
    return harbor


def test_a_new_robot_s_credential_is_sealed(sealed: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "apply")
    (robot,) = sealed.state.robots.values()
    assert code == 0 and "its credential is in `secrets/default/speech/harbor-new.yaml` (sealed-secrets)" in out
    assert "next: run `mooring render`, then commit `secrets/` and `overlays/`" in out
    for file in FILES:
        text = file.read_text()
        assert f"mooring.dev/login: {LOGIN}" in text and robot.secret not in text
    assert run(capsys, "plan", "--detailed-exitcode")[0] == 0


def test_a_secret_that_some_namespaces_have_is_never_changed(
    sealed: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    run(capsys, "apply")
    (robot,) = sealed.state.robots.values()
    FILES[0].unlink()
    text = FILES[1].read_text()
    code, out, _ = run(capsys, "apply")
    assert code == 1 and "some namespaces of `default` have its credential and others lack it: it may be in use" in out
    assert sealed.state.robots[robot.id].secret == robot.secret and FILES[1].read_text() == text
    FILES[1].unlink()
    code, out, _ = run(capsys, "apply")
    assert code == 1 and "no file of `default` holds its login here, but another branch or clone may" in out
    assert "where nobody has it, delete `robot$vision+new` in Harbor and run again" in out
    assert sealed.state.robots[robot.id].secret == robot.secret
    sealed.state.robots.clear()
    assert run(capsys, "apply")[0] == 0 and all(file.exists() for file in FILES)


def test_files_of_a_deleted_robot_are_the_user_s_to_delete(
    sealed: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    run(capsys, "apply")
    sealed.state.robots.clear()
    code, out, _ = run(capsys, "apply")
    assert (code, sealed.state.robots) == (1, {})
    assert "the ciphertexts of robot `new` hold the login of a robot that Harbor does not have" in out
    assert "hint: delete its files under `secrets/default/*/harbor-new.yaml`" in out
    for file in FILES:
        file.unlink()
    assert run(capsys, "apply")[0] == 0


THEIRS = {"username": LOGIN, "password": "Theirs12345"}


@pytest.mark.parametrize("robot_is_there", [True, False])
def test_who_writes_the_record_meanwhile_is_not_overwritten(
    robot_is_there: bool, harbor: HarborStandIn, vault: VaultStandIn
) -> None:  # fmt: skip
    if robot_is_there:
        lost(harbor)
    fleet(harbor, ROBOT)

    def written_meanwhile(request: Any) -> bool:
        if request.method in ("PATCH", "POST"):
            vault.records.setdefault(RECORD, []).append(THEIRS)
        return False

    harbor.fail(written_meanwhile, "500")
    (done,) = applied(harbor, vault)
    assert "somebody else has changed the record meanwhile" in done.outcome and "the robot stays" in done.outcome
    assert vault.records[RECORD][-1] == THEIRS and len(harbor.state.robots) == 1


def test_a_record_that_was_written_after_the_plan_is_in_use(harbor: HarborStandIn, vault: VaultStandIn) -> None:
    number = lost(harbor)
    plain = vault.answer

    def answer(method: str, path: str, *more: Any) -> Any:
        if path == "sys/capabilities-self":  # the last that is asked before the record is claimed
            vault.records[RECORD] = [THEIRS]
        return plain(method, path, *more)

    vault.answer = answer  # type: ignore[method-assign]
    (done,) = applied(harbor, vault)
    assert done.outcome == "somebody else has changed the record meanwhile; nothing was written"
    assert (vault.records[RECORD], harbor.state.robots[number].secret) == ([THEIRS], "Lost12345")
