"""A run that is killed at any of its system calls, that shares its repository with others, or whose disk fills: the tree
is whole, and the next run ends right. strace kills at the call (https://man7.org/linux/man-pages/man1/strace.1.html)."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mooring.files.products import MARKERS, OUTPUTS, is_temporary
from tests.real.conftest import missing
from tests.support.example import copy

CALLS = ("write", "rename,renameat,renameat2", "unlink,unlinkat", "fsync", "mkdir,mkdirat", "openat")
Tree = dict[str, bytes]


def mooring(folder: Path, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Starts a run in a session of its own, behind the words `before`."""
    command = [*before, sys.executable, "-B", "-m", "mooring", *arguments]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=heard,  # noqa: PLW1509 - no test has threads
    )  # fmt: skip


def heard() -> None:
    """Signals do what they do in a terminal, also where the tests run as a background job, which hears no Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def finished(folder: Path, *arguments: str) -> tuple[int, str]:
    process = mooring(folder, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def tree(folder: Path) -> Tree:
    """Every file of the outputs."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for top in OUTPUTS
        for path in (folder / top).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        missing("real tool `strace` is missing: Debian's package `strace` has it")
    return found


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tree, Tree]:
    """A repository whose tree is old, that tree, and the one that its fleet asks for: files change, come and go."""
    folder = tmp_path_factory.mktemp("whole")
    copy(folder, rendered=False)
    assert finished(folder, "render")[0] == 0
    before = tree(folder)
    fleet = folder / "fleet.yaml"
    text = fleet.read_text()
    fleet.write_text(changed(text))
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(folder, other, dirs_exist_ok=True)
    assert finished(other, "render")[0] == 0
    after = tree(other)
    assert set(before) - set(after) and set(after) - set(before) and {p for p in after if before.get(p) != after[p]}
    return folder, before, after


def changed(text: str) -> str:
    """The example fleet with another engine: files come, go and change in every folder."""
    assert "engine: kyverno" in text
    return text.replace("engine: kyverno", "engine: kubernetes")


@pytest.fixture
def repository(trees: tuple[Path, Tree, Tree], tmp_path: Path) -> Path:
    shutil.copytree(trees[0], tmp_path / "repo")
    return tmp_path / "repo"


def reset(repository: Path, source: Path) -> None:
    shutil.rmtree(repository)
    shutil.copytree(source, repository)


def judge(repository: Path, before: Tree, after: Tree) -> None:
    """Every file is whole, old or new, or an unfinished one of ours; and the next run ends right and leaves none."""
    for path, content in tree(repository).items():
        if is_temporary(path.rpartition("/")[2]):
            beginning = content[: max(map(len, MARKERS))]
            assert content.startswith(MARKERS) or any(marker.startswith(beginning) for marker in MARKERS)
        else:
            assert content in (before.get(path), after.get(path)), path
    code, said = finished(repository, "render")
    assert code == 0, said
    assert tree(repository) == after


@pytest.mark.parametrize("calls", CALLS)
def test_a_run_is_killed_at_every_kind_of_call(
    strace: str, trees: tuple[Path, Tree, Tree], repository: Path, calls: str
) -> None:
    """SIGKILL when the n-th call of a kind is entered, for n over the whole run."""
    source, before, after = trees
    total = count(strace, repository, calls)
    assert total > 0
    steps = range(1, total + 1) if total <= KILLS else sorted(random.Random(calls).sample(range(1, total + 1), KILLS))
    for number in steps:
        reset(repository, source)
        words = (strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}")
        kill = ("-e", f"inject={calls}:signal=KILL:when={number}")
        process = mooring(repository, "render", "--jobs", "1", before=(*words, *kill))
        process.communicate(timeout=120)
        judge(repository, before, after)


# So many for each kind of call, and at random moments; more by hand.
KILLS = int(os.environ.get("MOORING_KILLS", "4"))


def count(strace: str, repository: Path, calls: str) -> int:
    """How many such calls one run makes."""
    log = repository.parent / "calls"
    words = (strace, "-f", "-qq", "-o", str(log), "-e", f"trace={calls}")
    process = mooring(repository, "render", "--jobs", "1", before=words)
    process.communicate(timeout=120)
    return len(re.findall(r"^\d+ +\w+\(", log.read_text(errors="replace"), re.MULTILINE))


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_run_is_killed_at_random_moments(trees: tuple[Path, Tree, Tree], repository: Path, jobs: str) -> None:
    source, before, after = trees
    started = time.monotonic()
    assert finished(repository, "render", "--jobs", jobs)[0] == 0
    whole = time.monotonic() - started
    chance = random.Random(jobs)
    for _ in range(KILLS):
        reset(repository, source)
        process = mooring(repository, "render", "--jobs", jobs)
        time.sleep(chance.uniform(0.3, 1.0) * whole)
        process.send_signal(signal.SIGKILL)  # the leader alone: its workers find out by themselves
        process.communicate(timeout=120)
        judge(repository, before, after)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("group", [True, False])
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_signal_ends_a_run_without_a_trace(
    trees: tuple[Path, Tree, Tree], repository: Path, number: int, code: int, group: bool, jobs: str
) -> None:
    source, before, after = trees
    started = time.monotonic()
    assert finished(repository, "render", "--jobs", jobs)[0] == 0
    whole = time.monotonic() - started
    chance = random.Random(f"{number}{group}{jobs}")
    codes = set()
    for _ in range(4):
        reset(repository, source)
        process = mooring(repository, "render", "--jobs", jobs)
        time.sleep(chance.uniform(0.2, 0.8) * whole)
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        out, err = process.communicate(timeout=120)
        codes.add(process.returncode)
        # Before Python runs any of ours, the system ends the process itself: for a shell that is the same code. Python
        # may be interrupted at its own start as well, and says so in its own words.
        if "Could not import runpy module" not in err:
            assert process.returncode in (0, code, -number), err
            assert "Traceback" not in out + err
        left = tree(repository)
        assert not [path for path in left if is_temporary(path.rpartition("/")[2])]
        judge(repository, before, after)
    assert codes & {code, -number}


def test_runs_at_once_wait_for_each_other(trees: tuple[Path, Tree, Tree], repository: Path) -> None:
    _, _, after = trees
    for count in (2, 3, 3):
        reset(repository, trees[0])
        processes = [mooring(repository, "render", "--jobs", "2") for _ in range(count)]
        said = [process.communicate(timeout=120) for process in processes]
        assert [process.returncode for process in processes] == [0] * count, said
        assert tree(repository) == after
        written = [out for out, _ in said if " 0 written" not in out]
        assert len(written) == 1, "one run writes, and the others find the tree as it is to be"


def test_a_second_run_says_that_it_waits(repository: Path) -> None:
    import fcntl

    descriptor = os.open(repository, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    process = mooring(repository, "render")
    assert process.stderr is not None
    said = process.stderr.readline()
    assert said == "mooring: another run works in this repository; waiting for its end\n"
    assert process.poll() is None
    os.close(descriptor)
    process.communicate(timeout=120)
    assert process.returncode == 0


def test_a_fleet_that_changes_under_a_run(trees: tuple[Path, Tree, Tree], repository: Path) -> None:
    _, before, after = trees
    fleet = repository / "fleet.yaml"
    new = fleet.read_text()
    old = new.replace("engine: kubernetes", "engine: kyverno")
    process = mooring(repository, "render", "--jobs", "2")
    while process.poll() is None:
        for text in (old, new):
            other = fleet.with_name("other")
            other.write_text(text)
            other.replace(fleet)
    said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert tree(repository) in (before, after), "one fleet or the other, never a mixture"
    fleet.write_text(new)
    judge(repository, before, after)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a tmpfs with the given limits."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False, capture_output=True)
        if done.returncode != 0:
            missing("a tmpfs cannot be mounted here: it takes root")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("limit", ["space", "inodes"])
@pytest.mark.parametrize("room", [0, 1, 5, 30, 100])
def test_a_disk_that_fills(trees: tuple[Path, Tree, Tree], small_disk: Callable[[str], Path], limit: str, room: int) -> None:
    """Room for so many of the files that a run adds beside the old ones: either all fit, or nothing is changed."""
    source, before, after = trees
    place = small_disk("size=64m")
    shutil.copytree(source, place / "repo")
    files = sum(1 for _ in place.rglob("*")) + 2
    blocks = sum(-(-path.lstat().st_size // 4096) for path in place.rglob("*") if path.is_file())
    option = f"size={(blocks + room) * 4096}" if limit == "space" else f"nr_inodes={files + room}"
    subprocess.run(["mount", "-o", f"remount,{option}", place], check=True)
    process = mooring(place / "repo", "render", "--jobs", "2")
    _, err = process.communicate(timeout=120)
    if process.returncode == 0:
        assert tree(place / "repo") == after
        return
    assert process.returncode == 2
    assert "cannot be written: No space left on device" in err and "Traceback" not in err
    assert re.search(r"`(overlays|policies)/[^`]+` cannot be written", err), "the message names the file"
    assert tree(place / "repo") == before
    subprocess.run(["mount", "-o", "remount,size=64m,nr_inodes=10000", place], check=True)
    judge(place / "repo", before, after)


@pytest.mark.parametrize("command", [("render", "--check"), ("check",), ("check", "overlays"), ("explain", "schema")])
def test_a_full_output_is_said(repository: Path, command: tuple[str, ...]) -> None:
    line = f"{sys.executable} -B -m mooring {' '.join(command)} > /dev/full"
    done = subprocess.run(["bash", "-c", line], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "mooring: `standard output` cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "command", ["render --check", "render --stdout", "check overlays", "check", "explain schema", "schema fleet"]
)
def test_a_closed_pipe_is_no_success(repository: Path, command: str) -> None:
    line = f"set -o pipefail; {sys.executable} -B -m mooring {command} | exec 0<&- sleep 3; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=repository, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "141", done.stderr
    assert done.stderr == ""


def test_an_interrupt_in_the_first_half_second_is_no_traceback(repository: Path) -> None:
    for delay in (0.05, 0.1, 0.15, 0.2, 0.3, 0.4):
        process = mooring(repository, "check")
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert "mooring" not in err or "Traceback" not in err, (delay, err)
        assert process.returncode in (0, 1, 130, -signal.SIGINT), (delay, out, err)
