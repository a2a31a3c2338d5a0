"""What the tests of `mooring doctor SERVICE` begin with: a fleet, its Harbor, its robot, and a cluster to read from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.doctored import SECRET, World
from tests.support.harbor import HarborStandIn
from tests.support.harbor.state import Robot
from tests.support.live_cluster import LiveCluster, live_cluster


@pytest.fixture(name="world")
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    monkeypatch.chdir(tmp_path)
    with HarborStandIn(tmp_path / "harbor") as harbor:
        harbor.state.add_project("vision")
        harbor.state.add_image("vision/app", "1.0")
        harbor.state.add_image("library/base", "1")
        yield World(tmp_path, harbor, capsys)


@pytest.fixture(name="puller")
def _puller(world: World) -> Robot:
    return world.harbor.state.add_robot("puller", "vision", secret=SECRET)


@pytest.fixture(name="cluster")
def _cluster(tmp_path: Path) -> Iterator[LiveCluster]:
    with live_cluster(tmp_path) as cluster:
        yield cluster
