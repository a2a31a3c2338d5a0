"""The caller's secret and a robot's, through `mooring robots` in every format, loudness and failure: found nowhere."""

from __future__ import annotations

import dataclasses
import functools
import traceback
from pathlib import Path
from typing import Any

import pytest

from mooring import report
from mooring.harbor.api import Api
from mooring.network import Patience
from mooring.report import robots
from tests.support.canary import CANARIES, leaks
from tests.support.harbor import HarborStandIn
from tests.support.robots import Kept, applied, fleet, run

CALLER, ROBOT = CANARIES[1], "Rb" + CANARIES[0]
FAULTS: list[Any] = [None, "cut-before", "cut-after", "500", "500-after", "502", "429", "half", "html"]


@pytest.fixture
def standing(harbor: HarborStandIn, monkeypatch: pytest.MonkeyPatch) -> HarborStandIn:
    """A Harbor whose admin and whose new robots have a canary, a fleet with something of each kind to do."""
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
    assert not [form for secret in (CALLER, ROBOT) for form in leaks(secret) if form in lower], "a secret is shown"


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


@pytest.mark.parametrize("refusing", ["", "the store is full"])
@pytest.mark.parametrize("how", FAULTS)
def test_what_comes_of_creating_shows_no_secret(how: Any, refusing: str, standing: HarborStandIn) -> None:
    if how is not None:
        standing.fail(lambda request: request.method in ("POST", "PATCH", "DELETE"), how, times=2)
    kept = Kept(refusing)
    done = applied(standing, kept)
    assert_hidden(repr(done) + repr(kept.records) + files())
    if how is None and not refusing:
        assert kept.records["new"][1].reveal() == ROBOT


def test_a_bug_shows_no_secret(
    standing: HarborStandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def broken(api: Api, login: str) -> None:
        raise ValueError(f"{CALLER} {login} {api!r} {vars(api)!r}")

    monkeypatch.setattr(Api, "me", broken)
    code, out, err = run(capsys, "plan")
    assert code == 3 and "this is a bug" in err
    assert_hidden(out + err)


def test_a_traceback_with_its_locals_shows_no_secret(standing: HarborStandIn) -> None:
    class Broken(Kept):
        def write(self, robot: Any, login: str, secret: Any) -> str:
            raise RuntimeError(login)

    try:
        applied(standing, Broken())
    except RuntimeError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [frame for frame in told.stack if "/mooring/harbor/" in frame.filename]
        assert ours
        assert_hidden(repr([frame.locals for frame in ours]))
    else:
        pytest.fail("nothing was raised")


@pytest.mark.parametrize("form", report.formats(robots))
def test_a_report_of_what_was_done_shows_no_secret(
    form: str, standing: HarborStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    done = applied(standing, Kept("the store is full"))
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
