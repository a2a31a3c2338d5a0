"""Keeps these tests out of `make test` and `make test-real`: they take minutes, and tools of their own.

A module says in `NEEDS` which programs it needs. Without `MOORING_REAL=required` its tests are skipped, by the name of each
program that is missing, or because `make test-sync` runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from tests.real import apiserver as api
from tests.real.conftest import Modules, Tools, find, required
from tests.real.sync import argo_world, figures
from tests.real.sync.applications import ArgoCd
from tests.real.sync.flux_world import World, first_sync

HERE, PLACE = Path(__file__).parent, "tests/real/sync/"
WORLDS = ("argo", "world", "sealed")  # the fixtures that are a cluster


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(cluster_of(item)))
            if not required():
                item.add_marker(pytest.mark.skip(reason=left_out(item.module.NEEDS)))  # type: ignore[attr-defined]


def cluster_of(item: pytest.Item) -> str:
    """Which of the clusters a test runs on. Those of one cluster follow each other, whatever the number of processes."""
    given = item.callspec.params  # type: ignore[attr-defined]
    [found] = [f"{name}-{given[name]}" for name in WORLDS if name in given]
    return found


def left_out(needs: tuple[str, ...]) -> str:
    """Why the test is skipped."""
    reasons = [reason for path, reason in map(find, needs) if path is None]
    return "; ".join([*reasons, "`make test-sync` builds what it needs and runs it"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """All rows in one table, where they were not printed as they came."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind) if PLACE in one.nodeid]
    rows = [line for one in reports for line in one.capstdout.splitlines() if line.startswith("| ")]
    if rows:
        terminalreporter.section("what each scenario took")
        for line in (figures.row(figures.HEAD), figures.row(["---"] * len(figures.HEAD)), *rows):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", params=[KYVERNO, KUBERNETES])
def world(
    tool: Tools, module: Modules, programs: api.Programs, tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[World]:  # fmt: skip
    """A fleet that Flux syncs, with the policies of either engine: a cluster for each."""
    with first_sync(tool, module, programs, tmp_path_factory.mktemp(f"flux-{request.param}"), request.param) as found:
        yield found


@pytest.fixture(scope="session")
def argo(
    tool: Tools, module: Modules, programs: api.Programs, tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[ArgoCd]:  # fmt: skip
    """A fleet that Argo CD syncs, of a layout and with the policies of an engine: a cluster for each."""
    layout, engine = request.param
    folder = tmp_path_factory.mktemp(f"argocd-{layout}-{engine}")
    with argo_world.first_sync(tool, module, programs, folder, layout, engine) as found:
        yield found
