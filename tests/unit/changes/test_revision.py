"""How a revision's files are read: which names are one, and that nothing that a repository configures runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring import files
from mooring.changes.revision import Git, NoRevision, shown_revision
from tests.support.history import commit, git


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Git]:
    folder, home = tmp_path / "repository", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    commit(folder)
    yield Git(folder / "fleet.yaml", home)


def test_a_branch_a_commit_and_a_way_back_are_revisions(repository: Git) -> None:
    first = git(repository.root, "rev-parse", "HEAD")
    commit(repository.root, other="more\n")
    assert repository.revision("HEAD~1").commit == repository.revision(first).commit == first
    assert list(repository.revision("main").entries) == ["fleet.yaml", "other"]


@pytest.mark.parametrize(
    "name",
    [
        "--output=x", "-h", "--all", "@{-1}", "fleet.yaml", "HEAD:fleet.yaml", "^HEAD", "HEAD..HEAD", "HEAD HEAD", "",
        "nope", "a\nb", "a\0b", "HEAD^{tree}", "--exec-path=/tmp", "HEAD --",
    ],
)  # fmt: skip
def test_what_names_no_commit_is_none_and_no_option(repository: Git, name: str) -> None:
    before = sorted(repository.root.iterdir())
    with pytest.raises(NoRevision) as refused:
        repository.revision(name)
    expected = "the revision cannot be read" if "\0" in name else "git knows no commit"
    assert refused.value.message.startswith(expected)
    assert sorted(repository.root.iterdir()) == before


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "home").mkdir()
    with pytest.raises(NoRevision, match="the repository has no commit yet"):
        Git(tmp_path / "fleet.yaml", tmp_path / "home").revision("HEAD")


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NoRevision, match="is in no git repository"):
        Git(tmp_path / "fleet.yaml", tmp_path)


def test_a_damaged_repository(repository: Git) -> None:
    (repository.root / ".git" / "HEAD").unlink()
    with pytest.raises(NoRevision, match="git cannot read this repository"):
        repository.revision("HEAD")


def test_files_are_laid_out_as_they_were_committed_and_products_are_not(repository: Git, tmp_path: Path) -> None:
    (repository.root / "teams").mkdir()
    (repository.root / "teams" / "ä b.yaml").write_bytes(b"\x00\xffbinary\r\n")
    (repository.root / "teams" / "empty").write_text("")
    (repository.root / "overlays").mkdir()
    (repository.root / "overlays" / "x.yaml").write_text("rendered\n")
    (repository.root / "link").symlink_to("teams/empty")
    (repository.root / "away").symlink_to("/etc/passwd")
    commit(repository.root)
    (repository.root / "fleet.yaml").write_text("not committed\n")
    repository.lay_out(repository.revision("HEAD"), tmp_path / "out")
    assert sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")) == [
        "away", "fleet.yaml", "link", "teams", "teams/empty", "teams/ä b.yaml",
    ]  # fmt: skip
    assert (tmp_path / "out" / "teams" / "ä b.yaml").read_bytes() == b"\x00\xffbinary\r\n"
    assert (tmp_path / "out" / "away").readlink() == Path("/etc/passwd")
    assert "not committed" not in (tmp_path / "out" / "fleet.yaml").read_text()


def test_a_fleet_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    folder = tmp_path / "deploy" / "models"
    folder.mkdir(parents=True)
    git(tmp_path, "init", "-q")
    commit(tmp_path, **{"deploy/models/fleet.yaml": "x\n"})
    assert list(Git(folder / "fleet.yaml", tmp_path).revision("HEAD").entries) == ["fleet.yaml"]


def test_nothing_that_the_repository_configures_is_run(repository: Git, tmp_path: Path) -> None:
    """Filters, textconv, an external diff, a file system monitor, hooks, a pager, and a remote that lacks objects."""
    trap, ran = tmp_path / "trap", tmp_path / "ran"
    trap.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    trap.chmod(0o755)
    (repository.root / ".gitattributes").write_text("* filter=trap diff=trap export-subst\n")
    commit(repository.root)
    for key in (
        "filter.trap.smudge", "filter.trap.clean", "filter.trap.process", "diff.trap.textconv", "diff.trap.command",
        "diff.external", "core.fsmonitor", "core.pager", "pager.show", "core.sshCommand", "alias.show", "gpg.program",
    ):  # fmt: skip
        git(repository.root, "config", key, str(trap))
    git(repository.root, "config", "core.hooksPath", str(tmp_path))
    (tmp_path / "post-checkout").symlink_to(trap)
    repository.lay_out(repository.revision("HEAD"), tmp_path / "out")
    assert (tmp_path / "out" / "fleet.yaml").is_file()
    assert not ran.exists()


def test_a_partial_clone_fetches_nothing(tmp_path: Path) -> None:
    """What git would ask the remote for stays missing, whatever the repository allows."""
    origin, clone, ran = tmp_path / "origin", tmp_path / "clone", tmp_path / "ran"
    origin.mkdir()
    commit(origin)
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-local", "--no-checkout", "--filter=blob:none", f"file://{origin}", str(clone))
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\ntouch {ran}\nexec git-upload-pack "$@"\n')
    trap.chmod(0o755)
    git(clone, "config", "remote.origin.uploadpack", str(trap))
    git(clone, "config", "protocol.file.allow", "always")
    (tmp_path / "home").mkdir()
    found = Git(clone / "fleet.yaml", tmp_path / "home")
    with pytest.raises(NoRevision, match="git cannot read all files of the revision"):
        found.revision("HEAD")
    assert not ran.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("HEAD", "`HEAD`"),
        ("origin/main~2", "`origin/main~2`"),
        ("v1.2^", "`v1.2^`"),
        ("a:secret", "`***`"),
        ("@{-1}", "`***`"),
    ],
)
def test_a_revision_is_shown_as_any_name(name: str, shown: str) -> None:
    assert shown_revision(name) == shown


def test_a_large_file_that_nothing_names_is_no_trouble(repository: Git, tmp_path: Path) -> None:
    (repository.root / "model.bin").write_bytes(bytes(files.limit() + 1))
    commit(repository.root)
    repository.lay_out(repository.revision("HEAD"), tmp_path / "out")
    assert (tmp_path / "out" / "fleet.yaml").is_file()
    with pytest.raises(files.Unreadable) as refused:
        files.Boundary(tmp_path / "out").read(tmp_path / "out" / "model.bin")
    assert refused.value.why == "is a link to nothing"
