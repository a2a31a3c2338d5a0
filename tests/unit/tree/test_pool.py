"""Workers over tasks: each keeps its texts, and all write, or none does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mooring.files.writing import Unwritable
from mooring.tree.findings import Counts, Findings
from mooring.tree.pool import Task, WorkerPool
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
