"""What every test may rely on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring.problems import suggestion


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """In the gate, which sets `MOORING_REAL`, no test is skipped for want of a program or of a system."""
    for mark in item.iter_markers("skipif") if "MOORING_REAL" in os.environ else ():
        if any(mark.args):
            pytest.fail(f"skipped in the gate: {mark.kwargs['reason']}", pytrace=False)


@pytest.fixture(autouse=True)
def outside_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default format is `github` inside Actions, where these tests may run."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No run takes anything from an earlier one, nor leaves anything in the home of whoever runs the tests."""
    monkeypatch.setenv("MOORING_CACHE", "off")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Signals that end a run, as a terminal's foreground has them: a background job, and what it starts, ignores SIGINT."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler if handler is not None else signal.SIG_DFL)


@pytest.fixture(autouse=True)
def with_suggestions() -> None:
    """A run has a limited number of suggestions: a test that calls the stages itself has all of them before it."""
    suggestion.begin()
