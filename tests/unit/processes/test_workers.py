"""A worker's end is told by its leader, in the leader's words: no traceback, nothing of a file."""

from __future__ import annotations

import errno
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from mooring import cli
from mooring.processes import workers
from mooring.processes.crash import Crash, Crashed, Died
from mooring.tree import unit
from tests.support.example import SMALL

CANARY = "canary-in-a-message-52b1"


def _fails(connection: Connection, deep: int) -> None:
    if deep:
        _fails(connection, deep - 1)
    raise ValueError(CANARY)


def _killed(_connection: Connection) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _doubles(connection: Connection, factor: int) -> None:
    while True:
        connection.send(connection.recv() * factor)


def test_what_a_worker_fails_of_crosses_without_its_message(capfd: pytest.CaptureFixture[str]) -> None:
    worker = workers.start(_fails, 3)
    with pytest.raises(Crashed) as caught:
        worker.receive()
    worker.join()
    assert caught.value.crash.kind == "ValueError"
    assert [frame.split()[1] for frame in caught.value.crash.frames] == ["_run"], "mooring's own frames only"
    assert "".join(capfd.readouterr()) == ""


def test_a_worker_that_is_killed_has_died(capfd: pytest.CaptureFixture[str]) -> None:
    worker = workers.start(_killed)
    worker.join()
    with pytest.raises(Died):
        worker.receive()
    with pytest.raises(Died):
        worker.send("x" * (1 << 20))
    assert "".join(capfd.readouterr()) == ""


def test_workers_end_when_their_leader_closes_the_pipe(capfd: pytest.CaptureFixture[str]) -> None:
    first = workers.start(_doubles, 2)
    second = workers.start(_doubles, 3, others=[first])
    for worker in (first, second):
        worker.send(7)
    assert (first.receive(), second.receive()) == (14, 21)
    first.end(at_once=False)
    first.join()
    second.end(at_once=True)
    second.join()
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_a_bug_in_any_process_is_one_short_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], jobs: str
) -> None:
    (tmp_path / "fleet.yaml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)

    def broken(*_arguments: object) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr(unit, "plan_namespace", broken)
    assert cli.main(["render", "--jobs", jobs]) == cli.BUG
    out, err = capfd.readouterr()
    assert out == "" and CANARY not in err and "Traceback" not in err
    assert "mooring: this is a bug in mooring." in err and "\n  KeyError\n" in err and "tree/unit.py" in err
    assert not (tmp_path / "overlays").exists()


def test_a_worker_that_dies_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fleet.yaml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    leader = os.getpid()

    def dying(*arguments: object) -> object:
        if os.getpid() != leader:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)  # type: ignore[arg-type]

    real = unit.plan_namespace
    monkeypatch.setattr(unit, "plan_namespace", dying)
    assert cli.main(["render", "--jobs", "4"]) == cli.USAGE
    _, err = capfd.readouterr()
    assert (
        err == "mooring: a worker process was killed\n        hint: the system may be out of memory: `--jobs 1` needs less\n"
    )


def _has_no_room(connection: Connection) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), f"/x/{CANARY}")


@pytest.mark.parametrize(
    ("error", "system"),
    [
        (OSError(errno.ENOSPC, "No space left on device", CANARY), "No space left on device"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "Resource temporarily unavailable"),
        (MemoryError(CANARY), "Cannot allocate memory"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", CANARY), ""),
        (OSError(CANARY), ""),
        (ValueError(CANARY), ""),
    ],
)
def test_what_the_system_refuses_is_told_apart_from_a_bug(error: Exception, system: str) -> None:
    assert Crash.of(error) == Crash(type(error).__name__, (), system)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_a_full_disk_is_no_bug(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fleet.yaml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), CANARY)

    # In this process, and in a worker of it.
    for where, jobs in (("mooring.tree.pool.compare", "1"), ("mooring.tree.pool.workers.start", "2")):
        with monkeypatch.context() as patched:
            patched.setattr(where, refuse)
            assert cli.main(["render", "--jobs", jobs]) == 2
        said = capfd.readouterr().err
        assert said == (
            f"mooring: the system refused what the run needs: {os.strerror(number)}\n"
            "        hint: free some and run again; `--jobs 1` needs less\n"
        )
    worker = workers.start(_has_no_room)
    with pytest.raises(Crashed) as caught:
        worker.receive()
    worker.join()
    assert caught.value.crash.system == "No space left on device"
