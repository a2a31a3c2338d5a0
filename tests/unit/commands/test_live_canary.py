"""Every command that opens a connection, in every format and loudness, through every failure and with a bug at every
request: no credential is shown or left in a file, and each arrives where it belongs.
"""

from __future__ import annotations

import copy
import functools
import io
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from urllib3.connectionpool import HTTPConnectionPool

from mooring import cli
from mooring.network import Patience
from tests.support.live import ADMIN, GIVEN, KUBE, MADE, PULLER, RECORDS, ROWS, TOKEN, Live, live

ASKS_NOBODY = ("set, external", "set, sealed", "set, sops", "doctor, events")
FORMATS, LOUDNESS = ("text", "json"), ((), ("-q",), ("-v",))
ECHO = {"errors": [f"{ADMIN} {GIVEN} {TOKEN}"]}


Fault = Callable[[Live], object]


def _harbor(how: Any) -> Fault:
    return lambda live: live.harbor.fail("*", how, times=99)


def _change(how: Any) -> Fault:
    return lambda live: live.harbor.fail(lambda request: request.method not in ("GET", "HEAD"), how, times=99)


def _state(**values: Any) -> Fault:
    return lambda live: [setattr(live.harbor.state, name, value) for name, value in values.items()]


def _vault(method: str, status: int, body: Any) -> Fault:
    return lambda live: live.vault.instead.update(
        {(method, f"{RECORDS}/{robot}"): (status, body) for robot in ("ci", "new")}
    )


def _cluster(**values: Any) -> Fault:
    return lambda live: [setattr(live.cluster, name, value) for name, value in values.items()]


HOWS = ("cut-before", "cut-after", "500", "500-after", "502", "429", "half", "html", "echo")
FAULTS: dict[str, dict[str, Fault]] = {
    "Harbor": {
        **{how: _harbor(how) for how in HOWS},
        "database down": _state(database_down=True),
        "registry down": _state(registry_down=True),
        "nobody is known": lambda live: (live.harbor.state.users.clear(), live.harbor.state.robots.clear()),
    },
    "change": {**{how: _change(how) for how in HOWS}, "read only": _state(read_only=True)},
    "Vault": {
        "sealed": lambda live: setattr(live.vault, "sealed", True),
        "token unknown": lambda live: live.vault.tokens.clear(),
        "denied": lambda live: live.vault.denied.update({("GET", f"{RECORDS}/{one}") for one in ("ci", "new")}),
        "denied to write": lambda live: live.vault.denied.update({("POST", f"{RECORDS}/{one}") for one in ("ci", "new")}),
        "full": _vault("POST", 500, {"errors": ["no space left on device"]}),
        "echo of a write": _vault("POST", 400, ECHO),
        "echo of a read": _vault("GET", 500, ECHO),
        "none": _vault("GET", 200, f"<html>{ADMIN} {GIVEN} {TOKEN}".encode()),
    },
    "cluster": {
        "denied": _cluster(status=403),
        "absent": _cluster(status=404),
        "echo": _cluster(status=500, body={"message": f"{PULLER} {KUBE}"}),
        "garbage": _cluster(body={"type": "kubernetes.io/dockercfg", "data": {".dockercfg": PULLER}}),
    },
}


@pytest.fixture
def standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    impatient = functools.partial(Patience, pauses=(0.0,), longest_pause=0.0)
    monkeypatch.setattr("mooring.network.client.Patience", impatient)
    monkeypatch.setattr("mooring.harbor.applying.new_secret", lambda: MADE)
    monkeypatch.setattr(tempfile, "tempdir", None)
    for name in ("VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"):
        monkeypatch.delenv(name, raising=False)
    with live(tmp_path) as found:
        for name, value in found.variables().items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(found.tree)
        yield found


def run(found: Live, name: str, *options: str) -> int:
    row = ROWS[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(row.stdin.encode())))
        return cli.main([*found.words(row), *options])


@pytest.mark.parametrize("name", ROWS)
def test_what_a_run_says_and_leaves(name: str, standing: Live, capfd: pytest.CaptureFixture[str]) -> None:
    for form in FORMATS:
        for loudness in LOUDNESS:
            run(standing, name, "--format", form, *loudness)
            assert standing.shown(*capfd.readouterr()) == []
    assert ROWS[name].arrived(standing)


@pytest.mark.parametrize(
    ("name", "where", "fault"),
    [(name, where, fault) for name, row in ROWS.items() for where in row.fails for fault in FAULTS[where]],
)
def test_what_a_failure_says_and_leaves(
    name: str, where: str, fault: str, standing: Live, capfd: pytest.CaptureFixture[str]
) -> None:
    FAULTS[where][fault](standing)
    for form, loudness in zip(FORMATS, ((), ("-v",)), strict=True):
        run(standing, name, "--format", form, *loudness)
        assert standing.shown(*capfd.readouterr()) == []


def test_sops_is_given_its_credential_on_standard_input_alone(standing: Live) -> None:
    """Not as an argument and in no variable, which every process of the user's may read."""
    run(standing, "set, sops")
    process = (standing.given / "sops.seen.process").read_text()
    assert "HOME=" in process
    assert standing.shown(process) == []


class Bug(BaseException):
    """One that nobody catches, so that its traceback is seen as it is."""


def failing(at: int, error: BaseException, patch: pytest.MonkeyPatch) -> None:
    """Lets the request of that number, from 0, raise the error instead of being sent, whichever library sends it."""
    sent = HTTPConnectionPool.urlopen
    left = at

    def urlopen(self: Any, *arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise error
        return sent(self, *arguments, **named)

    patch.setattr(HTTPConnectionPool, "urlopen", urlopen)


def ours(error: BaseException) -> str:
    """The locals of mooring's own frames, of the error and of those that it came from."""
    told: list[traceback.TracebackException] = [traceback.TracebackException.from_exception(error, capture_locals=True)]
    for one in told:
        told += [other for other in (one.__cause__, one.__context__) if other is not None]
    frames = [frame for one in told for frame in one.stack if "/generator/mooring/" in frame.filename]
    assert frames
    return "\n".join(f"{frame.filename}:{frame.lineno} {frame.name} {frame.locals}" for frame in frames)


@pytest.mark.parametrize("name", [name for name in ROWS if name not in ASKS_NOBODY])
def test_a_bug_at_any_request_shows_nothing(name: str, standing: Live, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither its report, whose message holds credentials, nor a traceback with the locals of mooring's own frames."""
    robots, records = dict(standing.harbor.state.robots), copy.deepcopy(standing.vault.records)

    def begin() -> None:
        standing.harbor.state.robots, standing.vault.records = dict(robots), copy.deepcopy(records)
        standing.harbor.faults.clear()
        if name == "apply":  # so that the robot gets a secret of mooring's making
            standing.harbor.fail("POST /api/v2.0/robots", "half")

    for number in range(60):
        with pytest.MonkeyPatch.context() as patch:
            begin()
            failing(number, RuntimeError(f"{ADMIN} {GIVEN} {TOKEN} {PULLER} {KUBE}"), patch)
            run(standing, name)
        assert standing.shown(*capfd.readouterr()) == []
        with pytest.MonkeyPatch.context() as patch:
            begin()
            failing(number, Bug(), patch)
            try:
                run(standing, name)
            except Bug as error:
                assert standing.shown(ours(error), *capfd.readouterr()) == []
            else:
                assert number > 0
                return
    pytest.fail("a run asks more often than that")
