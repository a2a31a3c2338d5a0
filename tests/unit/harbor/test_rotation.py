"""The steps of a rotation: each row of the table, and random runs that are killed anywhere, in a model of the world."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.harbor.rotation import (
    TOKENS_LIVE,
    Create,
    Delete,
    Deliver,
    Disable,
    Done,
    Generation,
    Prove,
    Replace,
    Situation,
    Step,
    Stop,
    WaitForNamespaces,
    WaitOut,
    next_step,
)

NOW = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def robot(login: str, number: int, state: str = "on", changed: datetime.datetime = NOW) -> Generation:
    """`on` and `off` are ours; `on!` and `off!` somebody's."""
    return Generation(login, number, state.startswith("on"), not state.endswith("!"), changed)


X, B, A = robot("x", 1), robot("x-b", 2), robot("x-a", 3)
X_OFF, B_OFF = robot("x", 1, "off"), robot("x-b", 2, "off")
UNTIL = NOW + TOKENS_LIVE


@pytest.mark.parametrize(
    ("family", "held", "shown", "more", "expected"),
    [
        ([], ["x"], ["x"], {}, Stop),
        ([X_OFF], ["x"], ["x"], {}, Stop),
        ([X, B_OFF], ["x"], ["x"], {}, Stop),
        ([X, B, A], ["x"], ["x"], {}, Stop),
        ([X, B, A], ["x-a"], ["x-a"], {}, Stop),
        ([X, robot("x-b", 2, "on!")], ["x-b"], ["x-b"], {"proved": frozenset({"x-b"})}, Stop),
        ([X], ["x"], ["x"], {}, Create("x-b")),
        ([robot("x-b", 5)], ["x-b"], ["x-b"], {}, Create("x-a")),
        ([robot("x-a", 5)], ["x-a"], ["x-a"], {}, Create("x-b")),
        ([X], ["x"], ["x"], {"begins": False}, Done("x")),
        ([X], ["y"], ["y"], {}, Stop),
        ([X], ["x"], ["y"], {}, WaitForNamespaces("x", ("0",))),
        ([X], ["x"], [None, "x"], {}, Create("x-b")),
        ([X], [None], [None], {}, Create("x-b")),
        ([X], ["x"], [None, "y"], {}, WaitForNamespaces("x", ("1",))),
        ([X], ["x"], [None], {"begins": False}, WaitForNamespaces("x", ("0",))),
        ([B, X_OFF], ["x-b"], [None], {}, WaitForNamespaces("x-b", ("0",))),
        ([X, B], ["x", "x"], ["x"], {"made": 2}, Deliver("x-b", ("0", "1"), None)),
        ([X, B], ["x", None], ["x"], {"made": 2}, Deliver("x-b", ("0", "1"), None)),
        ([X, B], ["x", "x-b"], ["x"], {"made": 2}, Deliver("x-b", ("0",), None)),
        ([X, B], ["x", "x"], ["x"], {"made": 1}, Replace("x-b")),
        ([X, B], ["x", "x"], ["x"], {}, Replace("x-b")),
        ([X, B], ["x", "x"], ["x"], {"filed": frozenset("1")}, Stop),
        ([X, B], ["x-b", "x-b", "x"], ["x"], {"filed": frozenset("0")}, Deliver("x-b", ("2",), "1")),
        ([X, B], ["x", "x-b"], ["x"], {}, Deliver("x-b", ("0",), "1")),
        ([X, B], ["x", "x"], ["x-b", "x"], {}, Stop),
        ([X, B], ["x-b"], ["x", "x-b", None], {}, WaitForNamespaces("x-b", ("0", "2"))),
        ([X, B], [None], ["x"], {}, WaitForNamespaces("x-b", ("0",))),
        ([X, B], ["x-b"], ["x-b"], {}, Prove("x-b")),
        ([X, B], ["x-b"], ["x-b"], {"proved": frozenset({"x"})}, Prove("x-b")),
        ([X, B], ["x-b"], ["x-b"], {"proved": frozenset({"x-b"})}, Disable("x")),
        ([X, B], ["x-b"], ["x"], {"proved": frozenset({"x-b"})}, WaitForNamespaces("x-b", ("0",))),
        ([B, X_OFF], ["x-b"], ["x-b"], {}, WaitOut("x", UNTIL)),
        ([B, X_OFF], ["x-b"], ["x-b"], {"now": UNTIL}, Delete("x")),
        ([B, X_OFF], ["x-b"], ["x"], {"now": UNTIL}, WaitForNamespaces("x-b", ("0",))),
        ([B, robot("x", 1, "off!")], ["x-b"], ["x-b"], {"now": UNTIL, "begins": False}, Done("x-b", ("x",))),
        ([B, robot("x", 1, "off!")], ["x-b"], ["x-b"], {"now": UNTIL}, Create("x-a")),
        ([robot("x", 7), robot("x-b", 2, "off!")], ["x"], ["x"], {}, Stop),
    ],
)  # fmt: skip
def test_each_row_of_the_table(family: Any, held: Any, shown: Any, more: Any, expected: Any) -> None:
    given = {"proved": frozenset(), "begins": True, "now": NOW, **more}
    by_number = [dict(zip(map(str, range(9)), logins, strict=False)) for logins in (held, shown)]
    step = next_step(Situation("x", tuple(family), by_number[0], by_number[1], **given))
    assert (type(step) if expected is Stop else step) == expected


@dataclass
class World:
    """Harbor, the back ends of two environments, and three namespaces, each of which follows one of them."""

    now: datetime.datetime = NOW
    robots: dict[str, Generation] = field(default_factory=dict)
    secrets: dict[str, int] = field(default_factory=dict)
    held: dict[str, tuple[str, int]] = field(default_factory=dict)
    shown: dict[str, tuple[str, int]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)  # what this run was told, and forgets when it is killed
    proved: frozenset[str] = frozenset()
    last: int = 1

    FOLLOWS: ClassVar[dict[str, str]] = {"a": "dev", "b": "dev", "c": "prod"}

    def begin(self, first: Generation) -> None:
        self.robots, self.secrets = {first.login: first}, {first.login: 1}
        self.held = dict.fromkeys(("dev", "prod"), (first.login, 1))
        self.shown = dict.fromkeys(self.FOLLOWS, (first.login, 1))

    def step(self, first: Generation) -> Step:
        held, shown = ({key: login for key, (login, _) in seen.items()} for seen in (self.held, self.shown))
        begins = first in self.robots.values()
        made = next((self.robots[login].number for login in self.known), None)
        family = tuple(self.robots.values())
        return next_step(Situation("x", family, held, shown, self.proved, begins, self.now, made=made))

    def change(self, step: Step) -> None:
        """One request of what a step asks for."""
        match step:
            case Create(login):
                self.last += 1
                self.robots[login] = robot(login, self.last, changed=self.now)
                self.known[login] = self.secrets[login] = self.last
            case Replace(login):
                assert login not in {one for one, _ in [*self.held.values(), *self.shown.values()]}
                del self.robots[login]
            case Deliver(login, environments, source):
                secret = self.held[source][1] if source else self.known[login]
                self.held[environments[0]] = (login, secret)
            case Prove(login):
                self.proved |= {login}
            case Disable(login):
                self.robots[login] = self.robots[login]._replace(is_enabled=False, changed=self.now)
            case Delete(login):
                assert self.robots[login].is_ours and not self.robots[login].is_enabled
                del self.robots[login]
        self.check()

    def check(self) -> None:
        """Every namespace can pull, now."""
        for login, secret in self.shown.values():
            assert self.robots[login].is_enabled and self.secrets[login] == secret


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([X, robot("x", 1, "on!"), robot("x-b", 1), robot("x-a", 1)]),
    st.lists(st.sampled_from(["step", "step", "step", "kill", "a", "b", "c", "time"]), max_size=40),
)
def test_however_often_it_is_killed_no_pull_fails_and_it_ends_well(first: Generation, events: list[str]) -> None:
    world = World()
    world.begin(first)
    # However that went, whoever runs it again and waits comes to the end.
    for event in [*events, "kill", *["step", "a", "b", "c", "time"] * 20]:
        if event == "step":
            world.change(world.step(first))
        elif event == "kill":
            world.known, world.proved = {}, frozenset()
        elif event == "time":
            world.now += HOUR / 4
        else:
            world.shown[event] = world.held[world.FOLLOWS[event]]
        world.check()
    enabled = [one for one in world.robots.values() if one.is_enabled]
    assert len(enabled) == 1 and enabled[0].login != first.login
    assert {login for login, _ in world.shown.values()} == {enabled[0].login}
    left = [one.login for one in world.robots.values() if not one.is_enabled]
    assert left == ([] if first.is_ours else [first.login])
    assert isinstance(world.step(first), Done)
