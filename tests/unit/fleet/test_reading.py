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


def test_a_small_fleet_is_read_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_shared", None)
    assert len(read_all(FILES, 2)) == 7
    assert read_all([], 2) == []
