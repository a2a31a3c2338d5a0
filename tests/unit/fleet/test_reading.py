"""The parts of a fleet keep their order, however many processes read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mooring.files.cache import Cache
from mooring.fleet import reading
from mooring.fleet.reading import Readings, read_all
from mooring.processes import workers
from mooring.yaml.document import read_fleet

FILES = [(f"name: p{number}\n".encode(), f"p{number}.yaml") for number in range(7)]


@pytest.mark.parametrize("jobs", [1, 2, 3, 7, 20])
def test_parts_come_in_their_order(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    found = read_all(FILES, jobs)
    assert [(document.data, document.path) for document, _ in found if document] == [
        ({"name": f"p{number}"}, f"p{number}.yaml") for number in range(7)
    ]


def test_each_process_reads_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every third file, where there are three processes; this one has the first share, and reads nothing of the others."""
    shares: list[list[str]] = []
    read: list[str] = []
    taken: list[str] = []
    start = workers.start

    def starting(serve: Any, files: Any, **more: Any) -> workers.Worker:
        shares.append([path for _, path in files])
        return start(serve, files, **more)

    def made(raw: bytes, path: str, known: Any = None, **more: Any) -> Any:
        (taken if known is not None else read).append(path)
        return read_fleet(raw, path, known, **more)

    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    monkeypatch.setattr(workers, "start", starting)
    monkeypatch.setattr(reading, "read_fleet", made)
    assert len(read_all(FILES, 3)) == 7
    assert shares == [["p1.yaml", "p4.yaml"], ["p2.yaml", "p5.yaml"]]
    assert (read, taken) == (["p0.yaml", "p3.yaml", "p6.yaml"], [path for _, path in FILES])


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_part_that_cannot_be_read_has_its_problem_and_the_others_go_on(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    files = [*FILES[:2], (b"a: [\n", "bad.yaml"), *FILES[2:]]
    found = read_all(files, jobs)
    assert [document is None for document, _ in found] == [False, False, True, False, False, False, False, False]
    assert [[problem.code for problem in problems] for _, problems in found] == [[], [], ["syntax"], [], [], [], [], []]


@pytest.mark.parametrize(("jobs", "cpus", "size", "processes"), [
    (None, 3, 1, 3), (2, 3, 1, 2), (9, 3, 1, 7), (None, None, 1, 1), (1, 3, 1, 1), (2, 3, 1 << 20, 1), (4, 3, 30, 3),
])  # fmt: skip
def test_as_many_processes_read_as_are_worth_their_cost(
    jobs: int | None, cpus: int | None, size: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One for each processor or as many as are asked for, never more than files, and one more for each `size` bytes."""
    started = [1]
    monkeypatch.setattr(reading, "_shared", lambda _files, count: started.append(count) or {})
    monkeypatch.setattr(reading, "_WORTH_FORKING", size)
    monkeypatch.setattr("os.cpu_count", lambda: cpus)
    assert len(read_all(FILES, jobs)) == 7
    assert started[-1] == processes
    assert read_all([], jobs) == []


def test_what_was_read_once_is_taken_from_the_cache_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    first = Readings(Cache(tmp_path, lambda: "this program"))
    read_all(FILES, 2, first)
    first.save()
    asked: list[int] = []
    monkeypatch.setattr(reading, "_read", lambda files, _jobs: asked.append(len(files)) or [])
    second = Readings(Cache(tmp_path, lambda: "this program"))
    renamed = [(raw, f"teams/{path}") for raw, path in FILES]
    found = read_all(renamed, 2, second)
    assert asked == [0]
    assert [(document.data, document.path, document.is_gated) for document, _ in found if document] == [
        ({"name": f"p{number}"}, f"teams/p{number}.yaml", True) for number in range(7)
    ]
    assert second.names == first.names
    assert {path.name for path in tmp_path.iterdir()} == first.names


def test_only_what_the_fast_reader_took_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    readings = Readings(Cache(tmp_path, lambda: "this program"))
    files = [*FILES[:1], (b"a: &x 1\nb: *x\n", "alias.yaml"), (b"a: [\n", "bad.yaml"), (b"# nothing\n", "empty.yaml")]
    found = read_all(files, 1, readings)
    readings.save()
    assert [document.data if document else None for document, _ in found] == [{"name": "p0"}, {"a": 1, "b": 1}, None, None]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_small_fleet_is_read_and_not_kept(tmp_path: Path) -> None:
    readings = Readings(Cache(tmp_path, lambda: "this program"))
    assert len(read_all(FILES, 1, readings)) == 7
    readings.save()
    assert list(tmp_path.iterdir()) == []
