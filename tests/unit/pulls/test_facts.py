"""What is known of a Secret: whether an entry of it logs in as its robot, as far as both are known."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.pulls.makers import Makers
from mooring.registry.registries import Registries

ROBOT = RobotFacts("vision", frozenset({"h.example.com/vision"}), "vision", None, "robot$vision")
NAMELESS = dataclasses.replace(ROBOT, login="")


@pytest.mark.parametrize(("robot", "logins", "may"), [
    (ROBOT, {"h.example.com": "robot$vision"}, True),
    (ROBOT, {"h.example.com": "robot$other"}, False),
    # What a rotation makes of it.
    (ROBOT, {"h.example.com": "robot$vision-b"}, True), (ROBOT, {"h.example.com": "robot$vision-c"}, False),
    (ROBOT, {"h.example.com": "Robot$vision"}, False),
    # Not seen of this entry, though of another.
    (ROBOT, {}, True), (ROBOT, {"h.example.com": ""}, True), (ROBOT, {"other.example.com": "robot$other"}, True),
    # Nobody knows what the robot logs in as, or which robot it is.
    (NAMELESS, {"h.example.com": "admin"}, True), (None, {"h.example.com": "admin"}, True),
])  # fmt: skip
def test_whether_an_entry_logs_in_as_the_robot(robot: RobotFacts | None, logins: dict[str, str], may: bool) -> None:
    assert SecretFacts(("h.example.com",), robot, logins=logins).may_log_in("h.example.com") is may


def test_a_secret_of_which_no_more_is_said_is_in_order() -> None:
    found = SecretFacts(("h.example.com",), ROBOT)
    assert dataclasses.astuple(found)[2:] == ("", False, (), frozenset(), {}, False, False)
    assert RobotFacts("a", frozenset(), "a", datetime.date(2027, 3, 1)).login == ""


def test_a_cluster_of_which_no_more_is_said_judges_no_day_and_no_host() -> None:
    found = ClusterState(Registries(()), {})
    assert (found.accounts, found.as_of, found.allowed, found.makers) == ({}, None, None, Makers())
