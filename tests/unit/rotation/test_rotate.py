"""`mooring robots rotate`, from end to end: one robot of two namespaces, with Harbor, Vault and a cluster as stand-ins."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring import cli
from mooring.commands.rotation import WAITING
from tests.support.rotation_world import BASE, MARK, RECORD, SECRET, World, words, world


@pytest.fixture(name="there")
def _there(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"):
        monkeypatch.delenv(name, raising=False)
    with world(here) as made:
        yield made


def test_a_rotation_in_one_run(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    with there.pulling():
        assert cli.main(words(there)) == 0
    said = capsys.readouterr().out
    assert said == (
        "robot `ci` in `default`: done\n"
        "  created `robot$vision+ci-b`\n"
        "  wrote `robot$vision+ci-b` to the back end of `default`\n"
        "  pulled with `robot$vision+ci-b`, as every namespace has it\n"
        "  disabled `robot$vision+ci`\n"
        "      tokens that were given out before pull on for 31 minutes, by Harbor's default\n"
        "  deleted `robot$vision+ci`\n"
        "  every namespace has `robot$vision+ci-b`\n"
    )
    assert (there.robots(), there.shown(), there.gaps) == ({f"{BASE}-b": "on"}, {f"{BASE}-b"}, [])
    assert there.record() | {"password": ""} == {"username": f"{BASE}-b", "password": "", "note": "kept"}
    assert there.record()["password"] != SECRET and there.pulled > 2


def steps(said: str) -> list[tuple[str, bool]]:
    """The steps of the one robot in a report as JSON, and whether each was done."""
    (robot,) = json.loads(said)["robots"]
    return [(turn["step"], turn["done"]) for turn in robot["steps"]]


def test_without_a_kubeconfig_it_stops_where_nobody_can_tell(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    given = words(there, kubeconfig=False)
    for _ in range(2):
        assert cli.main(given) == WAITING
        said, waited = capsys.readouterr()
        assert said.startswith("robot `ci` in `default`: waiting\n") and waited == ""
        assert said.endswith(
            "  . whether `robot$vision+ci-b` is in `default/vision`, `default/speech` is not known\n"
            "      hint: give `--kubeconfig default=FILE`, or look there and give `--arrived default`\n"
        )
        assert there.robots() == {BASE: "on", f"{BASE}-b": "on"}
    assert cli.main([*given, "--arrived", "default", "--format", "json"]) == 0
    assert steps(capsys.readouterr().out) == [("prove", True), ("disable", True), ("delete", True), ("done", True)]
    assert there.robots() == {f"{BASE}-b": "on"}


@pytest.mark.parametrize("lost", [False, True])
def test_nobody_can_have_seen_what_this_run_delivers(lost: bool, there: World) -> None:
    """`--arrived` is said of what the back end had before: of a successor of this run it would disable a robot in use."""
    there.synced = False
    if lost:
        state = there.harbor.state
        state.change(state.add_robot("ci-b", "vision", duration=30), description=MARK)
    given = words(there, "--arrived", "default", kubeconfig=False)
    assert cli.main(given) == WAITING
    assert there.robots() == {BASE: "on", f"{BASE}-b": "on"} and there.record()["username"] == f"{BASE}-b"
    assert cli.main(given) == 0


def test_namespaces_that_do_not_follow(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    there.synced = False
    assert cli.main([*words(there), "--wait", "1s"]) == WAITING
    out, err = capsys.readouterr()
    assert "`robot$vision+ci-b` is not in `default/vision`, `default/speech` yet" in out
    assert "waiting for 2 namespaces to have `robot$vision+ci-b`" in err
    assert there.robots() == {BASE: "on", f"{BASE}-b": "on"} and there.shown() == {BASE}
    there.synced = True
    there.sync()
    assert cli.main([*words(there), "--format", "json"]) == 0
    assert steps(capsys.readouterr().out) == [("prove", True), ("disable", True), ("delete", True), ("done", True)]


def test_the_old_robot_is_kept_for_the_grace_period(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    given = words(there)
    given[given.index("--grace") + 1] = "31m"
    for last in (("disable", True), ("wait-out", False)):
        assert cli.main([*given, "--format", "json"]) == WAITING
        assert last in steps(capsys.readouterr().out)
    assert there.robots() == {BASE: "off", f"{BASE}-b": "on"}


def test_a_credential_that_cannot_pull_disables_nobody(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words(there, kubeconfig=False)) == WAITING
    there.vault.records[RECORD].append(there.record() | {"password": "Another-Secret-1"})
    assert cli.main(words(there)) == 1
    out = capsys.readouterr().out
    assert "with Secret `harbor-ci` of `default/vision`: `" in out and "refuses the credential" in out
    assert there.robots() == {BASE: "on", f"{BASE}-b": "on"}


def test_a_robot_that_mooring_did_not_make_is_disabled_and_stays(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    state = there.harbor.state
    state.change(next(iter(state.robots.values())), description="by hand")
    assert cli.main(words(there)) == 0
    assert there.robots() == {BASE: "off", f"{BASE}-b": "on"}
    assert capsys.readouterr().out.endswith(
        "every namespace has `robot$vision+ci-b`; `robot$vision+ci` is disabled, and not ours to delete\n"
    )


def test_it_is_not_rotated_twice_within_a_day(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words(there)) == cli.main(words(there)) == 0
    assert there.robots() == {f"{BASE}-b": "on"}
    assert cli.main(words(there, "--again")) == 0
    assert there.robots() == {f"{BASE}-a": "on"} and SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("expires", "duration", "days", "said"),
    [
        (None, 30, 30, ""), ("never", 30, -1, ""), (30, 30, 30, ""), (30, -1, -1, "never"), (300, 30, 300, ""),
        (-5, 30, 30, "in 30"),
    ],
)  # fmt: skip
def test_how_long_the_successor_lives(
    expires: int | str | None, duration: int, days: int, said: str, there: World, capsys: pytest.CaptureFixture[str]
) -> None:
    today = datetime.datetime.now(datetime.UTC).date()

    def day(number: int) -> str:
        return (today + datetime.timedelta(days=number)).isoformat()

    written = "" if expires is None else f", expires: {day(expires) if isinstance(expires, int) else expires}"
    there.fleet(written)
    state = there.harbor.state
    first = next(iter(state.robots.values()))
    state.change(first, duration=duration, expires_at=-1 if duration == -1 else first.expires_at)
    assert cli.main(words(there)) == 0
    assert [robot.duration for robot in state.robots.values()] == [days]
    out = capsys.readouterr().out
    wanted = day(30) if said.startswith("in") else said
    assert (f"  write `expires: {wanted}` into the fleet file" in out) is bool(said), out


@pytest.mark.parametrize(("within", "rotated"), [("10d", False), ("60d", True)])
def test_those_that_are_due(within: str, rotated: bool, there: World, capsys: pytest.CaptureFixture[str]) -> None:
    given = [*words(there), "--due", "--within", within]
    given.remove("ci")
    assert cli.main(given) == 0
    assert there.robots() == {f"{BASE}-b" if rotated else BASE: "on"}
    assert ("no robot is due" in capsys.readouterr().out) is not rotated


def test_what_has_begun_is_due(there: World) -> None:
    there.harbor.state.change(next(iter(there.harbor.state.robots.values())), duration=-1, expires_at=-1)
    assert cli.main(words(there, kubeconfig=False)) == WAITING
    given = [*words(there), "--due", "--within", "1d"]
    given.remove("ci")
    assert cli.main(given) == 0 and there.robots() == {f"{BASE}-b": "on"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--due"], "`rotate` needs a robot, or `--due`"),
        (["--within", "3d"], "`--within` belongs to `--due`"),
        (["--context", "x"], "`--context` belongs to `--kubeconfig`"),
        (["--kubeconfig", "nowhere"], "`nowhere` does not exist"),
        (["--wait", "5"], "write a whole number and a unit"),
        (["--due", "--arrived", "default"], "`rotate` needs a robot"),
        (["--arrived", "prod"], "no environment is named `prod`"),
    ],
)
def test_wrong_usage(more: list[str], said: str, there: World, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(SystemExit):
        assert cli.main(words(there, *more, kubeconfig=False)) == 2
    assert said in capsys.readouterr().err and there.robots() == {BASE: "on"}


@pytest.mark.parametrize(
    ("caller", "code", "done", "said"),
    [
        ("dave", 0, ["create", "deliver", "prove", "disable", "delete"], None),
        ("erin", 1, [], "only an administrator of project `vision` may do that"),
        ("manager", 1, ["create", "deliver", "prove"], "a robot account can create and delete robots, never change one"),
    ],
)
def test_who_may(
    caller: str, code: int, done: list[str], said: str | None, there: World, capsys: pytest.CaptureFixture[str]
) -> None:
    state, login = there.harbor.state, caller
    if caller == "manager":
        rights = ["robot:create", "robot:read", "robot:list", "robot:delete", "repository:pull"]
        state.add_robot(caller, "vision", secret="Caller12345", access=rights)
        login = f"robot$vision+{caller}"
    else:
        state.add_user(caller, "Caller12345", {"vision": 1 if caller == "dave" else 4})
    Path(caller).write_text(f"{login}\nCaller12345\n")
    Path(caller).chmod(0o600)
    given = words(there, "--format", "json")
    given[given.index("admin")] = caller
    assert cli.main(given) == code
    out = capsys.readouterr().out
    assert [step for step, is_done in steps(out) if is_done and step != "done"] == done
    assert said is None or json.loads(out)["robots"][0]["steps"][-1]["reason"] == said


def test_nodes_have_time_after_the_proof(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old robot is still enabled while a node may begin a pull with what it has read."""
    seen: list[tuple[float, dict[str, str]]] = []
    monkeypatch.setattr("mooring.commands.rotation.time.sleep", lambda seconds: seen.append((seconds, there.robots())))
    assert cli.main([*words(there), "--settle", "7m"]) == 0
    assert (420.0, {BASE: "on", f"{BASE}-b": "on"}) in seen


def test_a_successors_name_may_be_taken(there: World, capsys: pytest.CaptureFixture[str]) -> None:
    fleet = Path("fleet.yaml")
    fleet.write_text(fleet.read_text().replace("\nnamespaces:\n", "\n- {name: ci-b, project: vision}\nnamespaces:\n", 1))
    assert cli.main(words(there)) == 1
    assert "`robot$vision+ci-b` is another robot of the fleet" in capsys.readouterr().out
    assert there.robots() == {BASE: "on"}
