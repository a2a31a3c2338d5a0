"""`did you mean …`: the nearest name, for the first problems of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mooring.problems.suggestion import MOST, begin, is_slip, nearest, suggestion


@pytest.fixture(autouse=True)
def new_run() -> Iterator[None]:
    begin()
    yield
    begin()


@pytest.mark.parametrize(("name", "known", "hint"), [
    ("visoin", ["language", "vision"], "did you mean `vision`?"),
    ("visoin", ["vision-a", "vision"], "did you mean `vision`?"),
    ("xyz", ["vision"], ""),
    ("visoin", [], ""),
    ("v" * 65, ["v" * 64], ""),
    ("v" * 64, ["v" * 63, "v" * 65], f"did you mean `{'v' * 63}`?"),
])  # fmt: skip
def test_the_nearest_name(name: str, known: list[str], hint: str) -> None:
    assert suggestion(name, known) == hint


def test_a_run_has_so_many_suggestions() -> None:
    assert [nearest("visoin", ["vision"]) for _ in range(MOST + 1)] == [*["vision"] * MOST, None]
    begin()
    assert nearest("visoin", ["vision"]) == "vision"


def test_a_run_compares_so_many_names() -> None:
    names = [f"name-{number}" for number in range(2_500)]
    assert [nearest("name-1", names) for _ in range(3)] == ["name-1", "name-1", None]


def test_a_cutoff_may_be_stricter() -> None:
    assert (nearest("visoin", ["vision"], 0.9), nearest("vision1", ["vision"], 0.9)) == (None, "vision")


@pytest.mark.parametrize(("name", "meant", "slip"), [
    ("visoin", "vision", True), ("vison", "vision", True), ("visionn", "vision", True), ("vusion", "vision", True),
    ("ision", "vision", True), ("visiom", "vision", True), ("teamvision", "team-vision", True), ("vvision", "vision", True),
    ("vision", "vision", False), ("fusion", "vision", False), ("team-a", "team-b", False), ("team-a", "team-", False),
    ("web1", "web2", False), ("web", "web2", False), ("ab", "ac", False), ("a-vision", "b-vision", False), ("", "v", False),
    ("a.b.vision", "a.b.visoin", True), ("nosiiv", "vision", False), ("", "", False),
])  # fmt: skip
def test_a_slip_is_one_letter(name: str, meant: str, slip: bool) -> None:
    assert (is_slip(name, meant), is_slip(meant, name)) == (slip, slip)
