"""The parts of a fleet keep their order, however many processes read them."""

from __future__ import annotations

import pytest

from mooring.fleet import reading
from mooring.fleet.reading import read_all

FILES = [(f"name: p{number}\n".encode(), f"p{number}.yaml") for number in range(7)]


@pytest.mark.parametrize("jobs", [1, 2, 3, 7, 20])
def test_parts_come_in_their_order(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    found = read_all(FILES, jobs)
    assert [(document.data, document.path) for document, _ in found if document] == [
        ({"name": f"p{number}"}, f"p{number}.yaml") for number in range(7)
    ]


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
