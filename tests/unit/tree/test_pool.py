"""Workers over tasks: each keeps its texts, and all write, or none does."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import pytest

from mooring.files.writing import Foreign, Unwritable
from mooring.processes import interruption
from mooring.processes.workers import Worker
from mooring.tree.findings import Counts, Findings
from mooring.tree.pool import Task, WorkerPool, _Making, _serve
from mooring.tree.unit import Produced

GROUPS: Sequence[Sequence[Task]] = ([("e", "a"), ("e", "d")], [("e", "b")], [("e", "c")])
MARKER = "# Rendered by mooring from fleet.yaml: edit that, not this\n"


def work(task: Task) -> Produced:
    """A file for each task, and a count of one."""
    _, name = task
    return Produced({f"overlays/e/{name}/x.yaml": f"{MARKER}name: {name}\n"}, Findings(counts=Counts(services=1)))


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_every_group_is_made_once(tmp_path: Path) -> None:
    with WorkerPool(GROUPS, work, tmp_path) as pool:
        assert [share.written for share in pool.shares] == [
            ("overlays/e/a/x.yaml", "overlays/e/d/x.yaml"), ("overlays/e/b/x.yaml",), ("overlays/e/c/x.yaml",),
        ]  # fmt: skip
        assert [share.findings.counts.services for share in pool.shares] == [2, 1, 1]
        assert pool.texts(["overlays/e/b/x.yaml", "overlays/e/d/x.yaml", "none"]) == {
            "overlays/e/b/x.yaml": f"{MARKER}name: b\n", "overlays/e/d/x.yaml": f"{MARKER}name: d\n",
        }  # fmt: skip
    assert written(tmp_path) == [], "nothing is written unasked"


def test_all_of_them_write_and_what_is_stale_goes(tmp_path: Path) -> None:
    old = tmp_path / "overlays/e/old/x.yaml"
    old.parent.mkdir(parents=True)
    old.write_text(MARKER)
    with WorkerPool(GROUPS, work, tmp_path) as pool:
        pool.write(["overlays/e/old/x.yaml"])
    assert written(tmp_path) == [f"overlays/e/{name}/x.yaml" for name in "abcd"]
    assert not old.parent.exists()
    with WorkerPool(GROUPS, work, tmp_path) as pool:
        assert [len(share.unchanged) for share in pool.shares] == [2, 1, 1]
        assert [share.written for share in pool.shares] == [(), (), ()]


class Leader:
    """A leader's side of a pipe: it gives its orders, and then is gone."""

    def __init__(self, *orders: tuple[str, Sequence[str]]) -> None:
        self.orders = list(orders)
        self.told: list[Any] = []

    def recv(self) -> tuple[str, Sequence[str]]:
        if not self.orders:
            raise EOFError
        return self.orders.pop(0)

    def send(self, what: Any) -> None:
        self.told.append(what)


@pytest.mark.parametrize(("orders", "answers", "files"), [
    ([], [], []),
    ([("texts", ["overlays/e/b/x.yaml", "none"])], [{"overlays/e/b/x.yaml": f"{MARKER}name: b\n"}], []),
    # What was prepared is taken away where the leader says no more, or that it is to be.
    ([("prepare", ())], [None], []),
    ([("prepare", ()), ("abandon", ())], [None, ["overlays", "overlays/e", "overlays/e/b"]], []),
    ([("prepare", ()), ("commit", ())], [None, None], ["overlays/e/b/x.yaml"]),
])  # fmt: skip
def test_a_worker_does_what_it_is_told(
    orders: list[Any], answers: list[Any], files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interruption, "ignore", lambda: None)  # this process is nobody's worker
    leader = Leader(*orders)
    with pytest.raises(EOFError):
        _serve(cast(Connection, leader), GROUPS[1], work, tmp_path)
    share, *told = leader.told
    assert share.written == ("overlays/e/b/x.yaml",)
    assert told == answers
    assert written(tmp_path) == files


@pytest.mark.parametrize(("fails", "writes", "at_once"), [(True, False, True), (False, False, True), (False, True, False)])
def test_workers_are_ended_at_once_until_there_is_something_to_clean_up(
    fails: bool, writes: bool, at_once: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that still renders has nobody to render for, where the leader's own part fails; one that writes ends by itself."""
    ended: list[bool] = []
    end = Worker.end

    def told(worker: Worker, *, at_once: bool) -> None:
        ended.append(at_once)
        end(worker, at_once=at_once)

    def failing(task: Task) -> Produced:
        if fails and task == ("e", "a"):
            raise RuntimeError
        return work(task)

    monkeypatch.setattr(Worker, "end", told)
    with contextlib.suppress(RuntimeError), WorkerPool(GROUPS, failing, tmp_path) as pool:
        if writes:
            pool.write([])
    assert ended == [at_once] * 2


def test_what_somebody_puts_in_a_file_s_place_meanwhile_is_told_and_stays(tmp_path: Path) -> None:
    """Between the two orders that a worker is given, and before the first."""
    making = _Making(GROUPS[1], work, tmp_path)
    assert making.prepare() is None
    (tmp_path / "overlays/e/b/x.yaml").write_text("mine\n")
    assert isinstance(making.commit(), Foreign)
    making.writer.abandon()
    assert isinstance(making.prepare(), Foreign)
    assert written(tmp_path) == ["overlays/e/b/x.yaml"]
    assert (tmp_path / "overlays/e/b/x.yaml").read_text() == "mine\n"


def test_without_tasks_there_is_one_empty_share(tmp_path: Path) -> None:
    with WorkerPool([], work, tmp_path) as pool:
        assert [share.written for share in pool.shares] == [()]


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_one_file_that_cannot_be_written_leaves_everything_as_it_was(name: str, tmp_path: Path) -> None:
    """Whichever process it belongs to."""

    def failing(task: Task) -> Produced:
        made = work(task)
        return Produced({f"overlays/e/{'n' * 300}/x.yaml": ""}) if task == ("e", name) else made

    with pytest.raises(Unwritable) as caught, WorkerPool(GROUPS, failing, tmp_path) as pool:
        pool.write([])
    assert caught.value.why == "File name too long"
    assert [*tmp_path.iterdir()] == []


def test_an_interrupt_between_two_answers_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other processes have prepared their files by then, and nobody has heard of it."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), WorkerPool(GROUPS, work, tmp_path) as pool:
        monkeypatch.setattr(pool._near, "prepare", interrupted)
        pool.write([])
    assert [*tmp_path.iterdir()] == []
