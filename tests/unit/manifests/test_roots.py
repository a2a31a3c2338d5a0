"""Roots are built side by side, and what comes of it does not depend on which one is ready first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from mooring import kustomization, programs
from mooring.files import Boundary
from mooring.manifests.roots import build_all


def roots(folder: Path, names: Iterable[str]) -> dict[Path, tuple[Path, Boundary]]:
    return {Path(name): (folder / name, Boundary(folder)) for name in names}


def test_the_order_is_that_of_the_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3, timeout=30)  # all three are under way at once

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        together.wait()
        time.sleep({"a": 0.2, "b": 0.1, "c": 0}[root.name])
        return kustomization.Built(taken=frozenset({root}))

    monkeypatch.setattr(kustomization, "build", build)
    built = build_all(roots(tmp_path, "abc"), jobs=3)
    assert [(place.name, *one.taken) for place, one in built.items()] == [(name, tmp_path / name) for name in "abc"]


def test_a_bug_in_one_build_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        begun.append(root.name)
        raise RuntimeError(root.name)

    monkeypatch.setattr(kustomization, "build", build)
    with pytest.raises(RuntimeError, match="a"):
        build_all(roots(tmp_path, "ab"), jobs=2)


def test_two_roots_are_under_way_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=30)

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        together.wait()
        return kustomization.Built(taken=frozenset({root}))

    monkeypatch.setattr(kustomization, "build", build)
    assert len(build_all(roots(tmp_path, "ab"), jobs=2)) == 2


@pytest.mark.parametrize(("processors", "is_shared"), [(2, True), (1, False), (None, False)])
def test_without_jobs_there_are_as_many_as_processors(
    processors: int | None, is_shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One processor builds one root after another, in the thread that asks for them."""
    threads: set[bool] = set()

    def build(_root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        threads.add(threading.current_thread() is not threading.main_thread())
        return kustomization.Built()

    monkeypatch.setattr(kustomization, "build", build)
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    build_all(roots(tmp_path, "ab"))
    assert threads == {is_shared}


def test_builds_that_wait_are_not_begun_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty roots, two at a time: the first fails, and what is under way goes on until the builders are ended."""
    begun: list[str] = []
    ended = threading.Event()

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        begun.append(root.name)
        if root.name == "0":
            raise RuntimeError(root.name)
        ended.wait()
        return kustomization.Built(taken=frozenset())

    monkeypatch.setattr(kustomization, "build", build)
    monkeypatch.setattr(programs, "end_all", ended.set)
    with pytest.raises(RuntimeError, match="0"):
        build_all(roots(tmp_path, map(str, range(20))), jobs=2)
    assert len(begun) <= 4


def test_builders_that_go_on_are_looked_at_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is started while the others are ended: it is ended too, within a tenth of a second, not when it likes."""
    looks: list[float | None] = []
    begun, ended = threading.Event(), threading.Event()

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        if root.name == "a":
            begun.wait(30)
            raise RuntimeError(root.name)
        begun.set()
        ended.wait(30)
        return kustomization.Built()

    def look(_: object, timeout: float | None = None) -> None:
        looks.append(timeout)
        if len(looks) == 3:
            ended.set()

    monkeypatch.setattr(kustomization, "build", build)
    monkeypatch.setattr("mooring.manifests.roots.wait", look)
    with pytest.raises(RuntimeError, match="a"):
        build_all(roots(tmp_path, "ab"), jobs=2)
    assert len(looks) >= 3 and all(timeout is not None and 0 < timeout <= 0.1 for timeout in looks)


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_an_interrupt_ends_every_builder(tmp_path: Path) -> None:
    """Three roots, whose builder never ends by itself."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kustomize").write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/started\nexec sleep 600\n")
    (tmp_path / "bin" / "kustomize").chmod(0o755)
    for name in "abc":
        (tmp_path / "repository" / name).mkdir(parents=True)
        (tmp_path / "repository" / name / "kustomization.yaml").write_text("resources: [a.yaml]\nnamePrefix: x-\n")
        (tmp_path / "repository" / name / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    environment = {**os.environ, "PATH": str(tmp_path / "bin")}
    run = subprocess.Popen([sys.executable, "-m", "mooring", "check", "."], cwd=tmp_path / "repository", env=environment)
    started = tmp_path / "started"
    try:
        while not started.exists() or len(started.read_text().split()) < min(3, os.cpu_count() or 1):
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGTERM)
        assert run.wait(60) == 143
    finally:
        run.kill()
    assert [pid for pid in started.read_text().split() if Path("/proc", pid).exists()] == []
