"""Roots are built side by side, and what comes of it does not depend on which one is ready first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mooring import kustomization, programs
from mooring.files import Boundary
from mooring.manifests.roots import build_all


def test_the_order_is_that_of_the_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3, timeout=30)  # all three are under way at once

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        together.wait()
        time.sleep({"a": 0.2, "b": 0.1, "c": 0}[root.name])
        return kustomization.Built(taken=frozenset({root}))

    monkeypatch.setattr(kustomization, "build", build)
    roots = [(tmp_path / name, Boundary(tmp_path)) for name in "abc"]
    assert [built.taken for built in build_all(roots, jobs=3)] == [{root} for root, _ in roots]


def test_a_bug_in_one_build_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        begun.append(root.name)
        raise RuntimeError(root.name)

    monkeypatch.setattr(kustomization, "build", build)
    with pytest.raises(RuntimeError, match="a"):
        build_all([(tmp_path / name, Boundary(tmp_path)) for name in ("a", "b")], jobs=2)


def test_two_roots_are_under_way_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=30)

    def build(root: Path, _: Boundary, *, helm: bool) -> kustomization.Built:
        together.wait()
        return kustomization.Built(taken=frozenset({root}))

    monkeypatch.setattr(kustomization, "build", build)
    roots = [(tmp_path / name, Boundary(tmp_path)) for name in "ab"]
    assert len(build_all(roots, jobs=2)) == 2


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
        build_all([(tmp_path / str(number), Boundary(tmp_path)) for number in range(20)], jobs=2)
    assert len(begun) <= 4


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
