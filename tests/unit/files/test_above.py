"""Where a fleet file is looked for that nobody names: here and in the folders above, never outside of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mooring import cli
from mooring.files import in_or_above
from tests.support.example import SMALL

NAME = "fleet.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "repository/teams/vision").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repository/teams/vision")
    return tmp_path


@pytest.mark.parametrize(("git", "fleets", "found"), [
    ("repository", ["repository"], "repository"),
    ("repository", ["repository", "repository/teams"], "repository/teams"),
    ("repository", ["repository", "repository/teams/vision"], None),
    ("repository", [], None),
    # Not beyond the repository's root, nor out of one that stands in another.
    ("repository", ["."], None),
    ("repository/teams", ["repository"], None),
    ("repository/teams/vision", ["repository/teams"], None),
    # No repository at all.
    (None, ["."], "."),
    (None, ["repository", "."], "repository"),
])  # fmt: skip
def test_the_nearest_one_of_the_repository(git: str | None, fleets: list[str], found: str | None, folder: Path) -> None:
    if git is not None:
        (folder / git / ".git").mkdir()
    for place in fleets:
        (folder / place / NAME).write_text(SMALL)
    assert in_or_above(NAME) == (Path(NAME) if found is None else (folder / found / NAME).resolve())


def test_a_worktree_s_root_is_a_file(folder: Path) -> None:
    (folder / "repository/.git").write_text("gitdir: elsewhere\n")
    (folder / NAME).write_text(SMALL)
    assert in_or_above(NAME) == Path(NAME)


def test_another_user_s_file_outside_of_a_repository_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / NAME).write_text(SMALL)
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert in_or_above(NAME) == Path(NAME)
    (folder / "repository/.git").mkdir()
    (folder / "repository" / NAME).write_text(SMALL)
    assert in_or_above(NAME) == folder / "repository" / NAME


def test_commands_work_in_a_folder_below(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = folder / "repository"
    (root / ".git").mkdir()
    (root / NAME).write_text(SMALL)
    assert cli.main(["render", "-v"]) == 0
    assert f"read     {root / NAME}\n" in capsys.readouterr().err
    assert (root / "overlays/default/vision").is_dir() and list(Path.cwd().iterdir()) == []
    assert cli.main(["check"]) == 0
    assert cli.main(["explain", "vision/detector"]) == 0
    # What is named is not looked for elsewhere.
    assert cli.main(["check", "--fleet", NAME]) == 2
