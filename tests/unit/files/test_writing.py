"""All or nothing: whatever stops a run — a full disk, a killed process, something in the way — leaves whole files only,
and the next run finishes."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mooring import cli
from mooring.files.products import OUTPUTS
from tests.support.example import ROOT, copy

MARKER = b"# Rendered by mooring from fleet.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example fleet, nothing rendered yet."""
    copy(tmp_path, rendered=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rendered(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for top in OUTPUTS
        for path in (folder / top).rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def everything(folder: Path) -> dict[str, bytes | str | None]:
    """Every path below a folder: a file's content, where a link leads, None for a folder."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        if path.is_file() else None
        for path in folder.rglob("*")
    }  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run that nothing stops writes."""
    return rendered(ROOT)


def mooring(
    folder: Path, *arguments: str, limit: int | None = None, privileged: bool = True
) -> subprocess.CompletedProcess[str]:
    """Runs the command; with `limit` no file may grow beyond so many bytes, as on a disk that is full; not `privileged`,
    a folder's mode counts for root too."""

    def confined() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if not privileged and os.geteuid() == 0:
            # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE: https://man7.org/linux/man-pages/man2/prctl.2.html
            ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)

    command = [sys.executable, "-B", "-m", "mooring", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, preexec_fn=confined)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_disk_that_is_full_changes_nothing(repository: Path, whole: dict[str, bytes], jobs: str) -> None:
    before = everything(repository)
    done = mooring(repository, "render", "--jobs", jobs, limit=2000)
    assert done.returncode == 2
    assert "mooring: `" in done.stderr and "` cannot be written: File too large" in done.stderr
    assert "every file is whole; mend the cause and render again" in done.stderr
    assert everything(repository) == before, "neither a file, nor a folder, nor an unfinished file is left"
    assert mooring(repository, "render").returncode == 0
    assert rendered(repository) == whole


def test_a_file_where_a_folder_belongs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "overlays").write_text("mine\n")
    assert cli.main(["render"]) == 1
    said = capsys.readouterr().err
    assert "overlays: error[foreign-file]: mooring does not own what stands where it is to write: it is a link" in said
    assert (repository / "overlays").read_text() == "mine\n"
    assert not (repository / "policies").exists()


def test_a_folder_that_may_not_be_written(repository: Path, whole: dict[str, bytes]) -> None:
    closed = repository / "overlays/prod"
    closed.mkdir(parents=True)
    closed.chmod(0o555)
    done = mooring(repository, "render", privileged=False)
    closed.chmod(0o755)
    assert done.returncode == 2
    assert "cannot be written: Permission denied\n        hint: every file is whole" in done.stderr
    assert all(whole[path] == data for path, data in rendered(repository).items())
    assert cli.main(["render"]) == 0 and rendered(repository) == whole


def test_manifests_that_are_a_link_out(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "hosts.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hosts}\n")
    (repository / "services/legacy/hosts.yaml").symlink_to(outside / "hosts.yaml")
    assert cli.main(["render"]) == 1
    assert "error[bad-path]: `services/legacy/hosts.yaml` is a link out of the repository" in capsys.readouterr().err
    shutil.rmtree(repository / "services/legacy")
    (repository / "services/legacy").symlink_to(outside)
    assert cli.main(["render"]) == 1
    assert "error[bad-path]: `services/legacy` is a link out of the repository" in capsys.readouterr().err
    assert rendered(repository) == {}


@pytest.mark.parametrize("link", ["overlays", "overlays/prod", "overlays/prod/vision/services"])
@pytest.mark.parametrize("inside", [True, False])
def test_nothing_is_written_through_a_link(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], link: str, inside: bool
) -> None:
    target = repository / "deploy" if inside else tmp_path_factory.mktemp("outside")
    target.mkdir(exist_ok=True)
    (repository / link).parent.mkdir(parents=True, exist_ok=True)
    (repository / link).symlink_to(target)
    assert cli.main(["render"]) == 1
    said = capsys.readouterr().err
    assert f"{link}: error[foreign-file]: mooring does not own what stands where it is to write: it is a link" in said
    assert list(target.iterdir()) == []
    assert not (repository / "policies").exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("place", ["overlays/prod/kustomization.yaml", "policies/kyverno/require-pull-secret.yaml"])
def test_a_link_in_the_place_of_a_file_is_not_followed(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], place: str, jobs: str
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "victim"
    outside.write_bytes(whole[place])
    (repository / place).parent.mkdir(parents=True)
    (repository / place).symlink_to(outside)
    done = mooring(repository, "render", "--jobs", jobs)
    assert done.returncode == 1
    assert f"{place}: error[foreign-file]" in done.stderr
    assert outside.read_bytes() == whole[place] and (repository / place).is_symlink()


def test_the_products_of_another_folder_are_not_deleted(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes]
) -> None:
    other = tmp_path_factory.mktemp("other")
    assert cli.main(["render"]) == 0
    for top in ("overlays", "policies"):
        shutil.copytree(repository / top, other / top)
    before = everything(other)
    for link in ("gitops", "secrets", "overlays/old", "policies/old"):
        (repository / link).symlink_to(other)
    assert cli.main(["render"]) == 0
    assert everything(other) == before
    for link in ("gitops", "secrets", "overlays/old", "policies/old"):
        assert (repository / link).is_symlink()
        (repository / link).unlink()
    assert rendered(repository) == whole


def test_the_mode_of_a_file_is_kept(repository: Path) -> None:
    assert cli.main(["render"]) == 0
    place = repository / "overlays/prod/kustomization.yaml"
    place.write_text(place.read_text() + "# changed\n")
    place.chmod(0o640)
    assert cli.main(["render"]) == 0
    assert place.stat().st_mode & 0o7777 == 0o640 and "changed" not in place.read_text()


@pytest.mark.parametrize(
    ("content", "stays"),
    [(b"", False), (b"# Rendered by moo", False), (MARKER + b": edit that\nkind: x\n", False), (b"mine\n", True)],
)
def test_what_a_killed_run_left_is_removed_when_it_is_provably_ours(
    repository: Path, whole: dict[str, bytes], content: bytes, stays: bool
) -> None:
    left = repository / "overlays/prod/.mooring-0123456789abcdef0123456789abcdef.tmp"
    left.parent.mkdir(parents=True)
    left.write_bytes(content)
    named = left.with_name("kustomization.yaml.mooring-tmp")
    named.write_bytes(content if stays else b"other")
    assert cli.main(["render", "--check"]) == 1
    assert left.exists(), "what only looks changes nothing"
    assert cli.main(["render"]) == 0
    assert left.exists() is stays and named.exists()
    assert cli.main(["render", "--check"]) == 0


def test_a_leftover_that_is_a_link_stays_and_is_not_read(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("# Rendered by mooring from x\noutside-canary\n")
    assert cli.main(["render"]) == 0
    for name in ("x.mooring-tmp", ".mooring-0123456789abcdef0123456789abcdef.tmp", "stale.yaml"):
        (repository / "overlays/prod" / name).symlink_to(outside)
    capfd.readouterr()
    assert cli.main(["render", "--check"]) == 0
    assert cli.main(["check"]) == 0
    assert cli.main(["render"]) == 0
    assert "outside-canary" not in "".join(capfd.readouterr())
    assert outside.exists() and (repository / "overlays/prod/stale.yaml").is_symlink()


def test_only_its_own_files_are_deleted(repository: Path, whole: dict[str, bytes]) -> None:
    gone, kept = "overlays/prod/gone/access/namespace.yaml", "overlays/prod/gone/README.md"
    for path, data in ((gone, MARKER + b": edit that\n"), (kept, b"by hand\n")):
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_bytes(data)
    assert cli.main(["render"]) == 0
    assert rendered(repository) == {**whole, kept: b"by hand\n"}
    assert not (repository / gone).parent.exists(), "a folder that is empty then goes with its file"


def test_the_other_engine_s_files_go_and_nothing_else_does(repository: Path, whole: dict[str, bytes]) -> None:
    fleet, kept = repository / "fleet.yaml", "policies/kyverno/by-hand.yaml"
    written = fleet.read_text()
    (repository / "policies/kyverno").mkdir(parents=True, exist_ok=True)
    (repository / kept).write_bytes(b"by hand\n")
    assert cli.main(["render"]) == 0
    fleet.write_text(written.replace("engine: kyverno", "engine: kubernetes"))
    assert cli.main(["render"]) == 0
    found = rendered(repository)
    assert {path for path in found if path.startswith("policies/kyverno/")} == {kept}
    of_policies = {path for path in found if path.startswith("policies/kubernetes/")}
    assert len(of_policies) == 7
    others = {path for path in found if not path.startswith("policies/")}
    assert others == {path for path in whole if not path.startswith("policies/")}
    changed = {path for path in others if found[path] != whole[path]}
    assert {path.split("/", 2)[2] for path in changed} == {"_cluster/kustomization.yaml"}
    fleet.write_text(written)
    assert cli.main(["render"]) == 0
    assert rendered(repository) == {**whole, kept: b"by hand\n"}


def test_a_selection_deletes_only_inside_it(repository: Path) -> None:
    stale = [f"overlays/{env}/vision/services/gone.inferenceservice.yaml" for env in ("dev", "prod")]
    for path in stale:
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_bytes(MARKER + b": edit that\n")
    assert cli.main(["render", "--env", "prod", "--namespace", "vision"]) == 0
    assert [(repository / path).exists() for path in stale] == [True, False]
    assert {path.split("/")[1] for path in rendered(repository) if path != stale[0]} == {"prod"}


def test_what_is_unchanged_is_not_written(repository: Path) -> None:
    assert cli.main(["render"]) == 0
    before = {path: (repository / path).stat().st_mtime_ns for path in rendered(repository)}
    os.utime(repository / "fleet.yaml")
    assert cli.main(["render"]) == 0
    assert {path: (repository / path).stat().st_mtime_ns for path in rendered(repository)} == before
