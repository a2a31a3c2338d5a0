"""The names of a robot, which a rotation takes in turns."""

from __future__ import annotations

import pytest

from mooring.fleet.generations import generations, successor


def test_a_robot_has_three_names() -> None:
    assert generations("ci") == ("ci", "ci-b", "ci-a")


@pytest.mark.parametrize(("current", "follows"), [("ci", "ci-b"), ("ci-b", "ci-a"), ("ci-a", "ci-b")])
def test_the_name_that_follows(current: str, follows: str) -> None:
    assert successor("ci", current) == follows


def test_a_name_that_ends_like_a_generation_is_a_name() -> None:
    assert successor("team-b", "team-b") == "team-b-b"
