"""Keeps these tests out of `make test` and `make test-real`: they need servers of their own. Without `MOORING_REAL=required`
they are skipped, by the name of each program that is missing, or because `make chain` runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real import apiserver as api
from tests.real.chain.world import NEEDS, World, running
from tests.real.conftest import Modules, Tools, find, required

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if required():
        return
    missing = [reason for path, reason in map(find, NEEDS) if path is None]
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="; ".join([*missing, "`make chain` builds what it needs and runs it"])))


@pytest.fixture(scope="module")
def world(
    tool: Tools, module: Modules, programs: api.Programs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:  # fmt: skip
    with running(tool, module, programs, tmp_path_factory.mktemp("chain")) as found:
        yield found
