"""A repository with a Kustomize root in it, and a builder that is never really started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring import programs


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "repository" / "k").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repository")
    return tmp_path / "repository" / "k"


@pytest.fixture
def given() -> dict[str, str]:
    """The texts of the files that the builder was given last, by their paths."""
    return {}


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> list[list[str]]:
    """A builder that is never really started: what it was asked for is recorded, with the files it was given."""
    calls: list[list[str]] = []
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kustomize").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "kustomize").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def run(program: programs.Program, arguments: list[Any], home: Path, repository: Path, limits: Any) -> programs.Finished:
        tree = home.parent / "tree"
        assert not any(path.is_symlink() for path in tree.rglob("*"))
        texts = {p.relative_to(tree).as_posix(): p.read_text() for p in sorted(tree.rglob("*")) if not p.is_dir()}
        given.clear()
        given.update(texts)
        calls.append([program.name, arguments[0], arguments[1].relative_to(tree).as_posix(), *texts])
        return programs.Finished(0, b"", b"")

    monkeypatch.setattr(programs, "run", run)
    return calls
