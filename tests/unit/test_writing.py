"""All or nothing: whatever stops a run — a full disk, a killed process, something in the way — leaves whole files only,
and the next run finishes."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mooring import cli, tree
from tests.example import ROOT, copy

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
        for top in tree.OUTPUTS
        for path in (folder / top).rglob("*")
        if path.is_file()
    }


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
def test_a_disk_that_is_full_half_way(repository: Path, whole: dict[str, bytes], jobs: str) -> None:
    done = mooring(repository, "render", "--jobs", jobs, limit=2000)
    assert done.returncode == 2
    assert "cannot be written: File too large" in done.stderr
    assert "every file is whole; mend the cause and render again" in done.stderr
    left = rendered(repository)
    assert left and set(left) < set(whole), "some files were written, and not all"
    assert all(whole[path] == data for path, data in left.items())
    assert mooring(repository, "render").returncode == 0
    assert rendered(repository) == whole


def test_a_run_that_is_killed(repository: Path, whole: dict[str, bytes]) -> None:
    command = [sys.executable, "-B", "-c", SLOW, "render", "--jobs", "1"]
    process = subprocess.Popen(command, cwd=repository, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list((repository / "overlays").glob("*/*/*/*.yaml")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = rendered(repository)
    assert 0 < len(left) < len(whole)
    assert all(path.endswith(".mooring-tmp") or whole[path] == data for path, data in left.items())
    (repository / "overlays/dev/vision/access/namespace.yaml.mooring-tmp").parent.mkdir(parents=True, exist_ok=True)
    (repository / "overlays/dev/vision/access/namespace.yaml.mooring-tmp").write_text("half of")
    assert cli.main(["render"]) == 0
    assert rendered(repository) == whole


# Writing slowly, so that the kill comes in the middle of it.
SLOW = """
import os, sys, time
real = os.replace
def replace(*arguments):
    time.sleep(0.02)
    real(*arguments)
os.replace = replace
from mooring.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_file_where_a_folder_belongs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "overlays").write_text("mine\n")
    assert cli.main(["render"]) == 2
    assert "mooring: `" in capsys.readouterr().err
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


def test_a_link_out_of_the_repository(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (repository / "overlays").mkdir()
    (repository / "overlays/prod").symlink_to(outside)
    assert cli.main(["render"]) == 1
    said = capsys.readouterr().err
    assert "overlays/prod: error[foreign-file]: a link out of the repository stands where it is to write" in said
    assert list(outside.iterdir()) == [] and rendered(repository) == {}


def test_a_link_inside_the_repository_is_followed(repository: Path, whole: dict[str, bytes]) -> None:
    (repository / "deploy").mkdir()
    (repository / "overlays").symlink_to("deploy")
    assert cli.main(["render"]) == 0
    assert (repository / "deploy/prod/kustomization.yaml").read_bytes() == whole["overlays/prod/kustomization.yaml"]


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
    assert len(of_policies) == 5
    others = {path for path in found if not path.startswith("policies/")}
    assert others == {path for path in whole if not path.startswith("policies/")}
    changed = {path for path in others if found[path] != whole[path]}
    assert {path.split("/", 2)[2] for path in changed} <= {"_cluster/kustomization.yaml"} | {
        f"{name}/access/namespace.yaml" for name in ("vision", "team-language", "team-language-batch")
    }
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
