"""The caller's secret and a robot's, through `mooring robots` in every format, loudness and failure: found nowhere."""

from __future__ import annotations

import dataclasses
import functools
import traceback
from pathlib import Path
from typing import Any

import pytest

from mooring import report
from mooring.delivery.vault import Change, Vault
from mooring.harbor.api import Api
from mooring.network import Patience
from mooring.report import robots
from tests.support.canary import CANARIES, leaks
from tests.support.harbor import HarborStandIn
from tests.support.robots import applied, fleet, record, run
from tests.support.vault import TOKEN, VaultStandIn

CALLER, ROBOT = CANARIES[1], "Rb" + CANARIES[0]
FAULTS: list[Any] = [None, "cut-before", "cut-after", "500", "500-after", "502", "429", "half", "html"]


@pytest.fixture
def standing(harbor: HarborStandIn, vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> HarborStandIn:
    """A Harbor whose admin and whose new robots have a canary, a fleet with something of each kind to do."""
    assert vault.records == {}
    state = harbor.state
    state.users["admin"] = dataclasses.replace(state.users["admin"], password=CALLER)
    Path("admin").write_text(f"admin\n{CALLER}\n")
    state.make_secret = lambda: ROBOT
    monkeypatch.setattr("mooring.harbor.applying.new_secret", lambda: ROBOT)
    impatient = functools.partial(Patience, pauses=(0.0,), longest_pause=0.0)
    monkeypatch.setattr("mooring.network.client.Patience", impatient)
    state.add_robot("ci", "vision", duration=10)
    fleet(harbor, *(f"{{name: {name}, project: vision, expires: never}}" for name in ("ci", "new")))
    return harbor


def assert_hidden(text: str) -> None:
    lower = text.lower()
    hidden = [TOKEN.lower(), *leaks(CALLER), *leaks(ROBOT)]
    assert not [form for form in hidden if form in lower], "a secret is shown"


def files() -> str:
    """All that stands below the working directory but the caller's own file."""
    return "".join(path.read_text(errors="replace") for path in Path().rglob("*") if path.is_file() and path.name != "admin")


@pytest.mark.parametrize("command", ["plan", "apply"])
@pytest.mark.parametrize("form", report.formats(robots))
@pytest.mark.parametrize("how", FAULTS)
def test_no_run_shows_a_secret(
    command: str, form: str, how: Any, standing: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for loudness in ([], ["-q"], ["-v"]):
        standing.faults.clear()
        if how is not None:
            standing.fail("*", how, times=99, skip=0 if command == "plan" else 6)
        _, out, err = run(capsys, command, "--format", form, *loudness)
        assert_hidden(out + err)
    assert_hidden(files())


FULL = {("POST", "secret/data/harbor/new"): (500, {"errors": [f"no space left for {ROBOT}"]})}


@pytest.mark.parametrize("refusing", [{}, FULL])
@pytest.mark.parametrize("how", FAULTS)
def test_what_comes_of_creating_shows_no_secret(
    how: Any, refusing: Any, standing: HarborStandIn, vault: VaultStandIn
) -> None:  # fmt: skip
    if how is not None:
        standing.fail(lambda request: request.method in ("POST", "PATCH", "DELETE"), how, times=2)
    vault.instead.update(refusing)
    done = applied(standing, vault)
    assert_hidden(repr(done) + files())
    if how is None and not refusing:
        assert record(vault, "new") == ("robot$vision+new", ROBOT)


def test_a_bug_shows_no_secret(
    standing: HarborStandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def broken(api: Api, login: str) -> None:
        raise ValueError(f"{CALLER} {login} {api!r} {vars(api)!r}")

    monkeypatch.setattr(Api, "me", broken)
    code, out, err = run(capsys, "plan")
    assert code == 3 and "this is a bug" in err
    assert_hidden(out + err)


def test_a_traceback_with_its_locals_shows_no_secret(
    standing: HarborStandIn, vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def broken(self: Vault, change: Change) -> None:
        raise RuntimeError(repr(change))

    monkeypatch.setattr(Vault, "commit", broken)
    try:
        applied(standing, vault)
    except RuntimeError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [frame for frame in told.stack if "/mooring/" in frame.filename]
        assert len(ours) > 3
        assert_hidden(repr([frame.locals for frame in ours]))
    else:
        pytest.fail("nothing was raised")


@pytest.mark.parametrize("form", report.formats(robots))
def test_a_report_of_what_was_done_shows_no_secret(
    form: str, standing: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    vault.instead.update(FULL)
    done = applied(standing, vault)
    result = robots.Result(standing_plan(standing), (), tuple(done))
    report.show(robots, robots.Robots((result,)), [(form, None)])
    said = capsys.readouterr().out
    assert "the robot was deleted again" in said
    assert_hidden(said)


def standing_plan(standing: HarborStandIn) -> Any:
    """An empty plan of the Harbor."""
    from mooring.fleet.load import load
    from mooring.harbor.desired import harbors
    from mooring.harbor.plan import Plan
    from mooring.harbor.reading import Seen
    from mooring.harbor.rights import Caller
    from mooring.tree.run import resolve_all

    (wanted,) = harbors(resolve_all(load(Path("fleet.yaml")), []))
    return Plan(wanted, Seen(Caller("admin", "admin"), {}, {}, {}), (), ())
