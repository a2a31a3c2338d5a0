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
from tests.real.sync import argo_world
from tests.real.sync.applications import ArgoCd
from tests.real.sync.flux_world import World, first_sync

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if required():
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=left_out(item.module.NEEDS)))  # type: ignore[attr-defined]


def left_out(needs: tuple[str, ...]) -> str:
    """Why the test is skipped."""
    reasons = [reason for path, reason in map(find, needs) if path is None]
    return "; ".join([*reasons, "`make test-sync` builds what it needs and runs it"])


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
