"""A pytest plugin for the two kinds of runs that mutation testing makes; loaded by `-p`, told what to do by environment.

`MUTATION_TIMES`: writes how long each test took that passed, to that file. `MUTATION_TESTS`: runs the tests that the
file lists and no others, in its order.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

TIMES = "MUTATION_TIMES"
TESTS = "MUTATION_TESTS"
_passed: dict[str, float] = {}
_failed: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    # Of a plugin that is not loaded here.
    config.addinivalue_line("markers", "xdist_group(name): tests that run in one process")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.passed:
        _passed[report.nodeid] = _passed.get(report.nodeid, 0.0) + report.duration
    else:
        _failed.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if TESTS in os.environ and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK  # a mutant that gives its tests other names has failed none of them
    if target := os.environ.get(TIMES):
        times = {test: round(seconds, 4) for test, seconds in _passed.items() if test not in _failed}
        Path(target).write_text(json.dumps(times), encoding="utf-8")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if source := os.environ.get(TESTS):
        order = {test: place for place, test in enumerate(json.loads(Path(source).read_text(encoding="utf-8")))}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
