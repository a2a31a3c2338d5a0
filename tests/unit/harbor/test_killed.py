"""A run of `robots apply` is killed at each of its requests, or one of them fails; the next run ends well, whatever was
left: one robot, enabled, whose secret every back end has. Both records have the login of one that was deleted by hand."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mooring.network import Patience
from tests.support.harbor import HarborStandIn
from tests.support.robots import fleet, run
from tests.support.vault import VaultStandIn

LOGIN = "robot$vision+new"
RECORDS = ("secret/data/harbor/new", "secret/data/prod/new")
ENVIRONMENTS = """\
environments:
- name: dev
- name: prod
  robots: [{name: new, secret: {key: prod/new}}]
"""
STALE = {record: [{"owner": "vision", "username": LOGIN, "password": "Old12345"}] for record in RECORDS}


@pytest.fixture
def standing(harbor: HarborStandIn, vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> HarborStandIn:
    """A fleet with one robot in two environments, each of which has a record of its own."""
    fleet(harbor, "{name: new, project: vision, expires: never}")
    with Path("fleet.yaml").open("a") as file:
        file.write(ENVIRONMENTS)
    impatient = functools.partial(Patience, pauses=(0.0,), longest_pause=0.0)
    monkeypatch.setattr("mooring.network.client.Patience", impatient)
    assert vault.records == {}
    return harbor


class Struck:
    """Requests to both servers, counted; at the one with the number `at` something happens."""

    def __init__(self, at: int, happens: Callable[[], None]) -> None:
        self.at, self.happens, self.count = at, happens, 0

    def arrives(self, _request: Any = None) -> bool:
        self.count += 1
        if self.count == self.at:
            self.happens()
        return self.count == self.at


def assert_well(harbor: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    """The next run ends well, and leaves nothing to do."""
    code, out, err = run(capsys, "apply")
    assert (code, err) == (0, ""), out
    (robot,) = harbor.state.robots.values()
    assert not robot.disabled and len(robot.secret) == 32
    held = [vault.records[record][-1] for record in RECORDS]
    assert [(one["username"], one["password"]) for one in held if one] == [(LOGIN, robot.secret)] * 2


def test_killed_at_each_request(
    standing: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    ends: list[int] = []
    plain = vault.answer
    for at in range(1, 100):
        standing.state.robots.clear()
        vault.records.clear()
        vault.records.update({name: list(versions) for name, versions in STALE.items()})
        command = [sys.executable, "-m", "mooring", "robots", "apply", "--credentials", "admin"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        struck = Struck(at, functools.partial(os.kill, process.pid, signal.SIGKILL))

        def answer(*request: Any, struck: Struck = struck) -> Any:
            if struck.arrives():
                raise ConnectionError
            return plain(*request)

        vault.answer = answer  # type: ignore[method-assign]
        standing.fail(struck.arrives, "cut-before", times=99)
        ends.append(process.wait(timeout=60))
        vault.answer = plain  # type: ignore[method-assign]
        standing.faults.clear()
        if ends[-1] != -signal.SIGKILL:
            break
        assert_well(standing, vault, capsys)
    assert ends[-1] == 0 and len(ends) > 15


HOW: list[Any] = ["cut-before", "cut-after", "500", "500-after", "502", "429", "half", "html"]


@pytest.mark.parametrize("how", HOW)
def test_each_of_harbor_s_answers_fails(
    how: Any, standing: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for at in range(1, 100):
        standing.state.robots.clear()
        vault.records.clear()
        vault.records.update({name: list(versions) for name, versions in STALE.items()})
        standing.faults.clear()
        standing.fail("*", how, times=3, skip=at - 1)
        run(capsys, "apply")
        is_over = standing.faults[0].hits == 0
        standing.faults.clear()
        assert_well(standing, vault, capsys)
        if is_over:
            break
    assert at > 8


@pytest.mark.parametrize("how", ["cut-before", "cut-after", "500", "500-after", "denied"])
def test_each_of_vault_s_answers_fails(
    how: str, standing: HarborStandIn, vault: VaultStandIn, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    plain = vault.answer
    for at in range(1, 100):
        standing.state.robots.clear()
        vault.records.clear()
        vault.records.update({name: list(versions) for name, versions in STALE.items()})
        struck = Struck(at, lambda: None)

        def answer(*request: Any, struck: Struck = struck) -> Any:
            fails = struck.arrives()
            if not fails or how.endswith("after"):
                found = plain(*request)
            if fails and how.startswith("cut"):
                raise ConnectionError
            if fails:
                return (403, {"errors": ["permission denied"]}) if how == "denied" else (500, {"errors": ["failed"]})
            return found

        vault.answer = answer  # type: ignore[method-assign]
        run(capsys, "apply")
        vault.answer = plain  # type: ignore[method-assign]
        assert_well(standing, vault, capsys)
        if struck.count < at:
            break
    assert at > 8
