"""A short run of every target that needs nothing but mooring, and of the runner itself over a target that fails."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Sequence

import pytest

from tests.fuzz import runner

NEEDS_TOOLS = {"manifests", "references", "dockerconfigs"}  # tests/real runs these


@pytest.mark.parametrize("name", sorted(set(runner.names()) - NEEDS_TOOLS))
def test_a_short_run_finds_nothing(name: str) -> None:
    executions = 300 if name == "check" else 2000  # a whole judging each
    tally = runner.run(name, executions, seed=7)
    assert (tally.executions, tally.disagreements, tally.crashes, tally.slow) == (executions, [], [], [])


def bad(batch: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    for data in batch:
        if data == b"crash":
            raise ValueError
        while data == b"hang":
            pass
        if data == b"differ":
            yield data, "kept: differ"


def test_failures_are_traced_to_their_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("tests.fuzz.targets.bad")
    module.__dict__.update(disagreements=bad, SEEDS=(b"a",))
    monkeypatch.setitem(sys.modules, "tests.fuzz.targets.bad", module)
    monkeypatch.setattr(runner, "LIMIT", 0.2)
    tally = runner.judge("bad", [b"a", b"crash", b"b", b"hang", b"differ"])
    assert str(tally) == "5 executions, 1 disagreements, 1 crashes, 1 slow"
    assert [data for data, _ in (*tally.disagreements, *tally.crashes, *tally.slow)] == [b"differ", b"crash", b"hang"]
    monkeypatch.setattr("tests.fuzz.tabled.TABLED", {"bad": [("kept:", "a reason")]})
    assert str(runner.judge("bad", [b"differ"])) == "1 executions, 0 disagreements, 0 crashes, 0 slow"


def test_the_same_seed_gives_the_same_inputs() -> None:
    from random import Random

    from tests.fuzz.mutate import Mutator

    first, second = (Mutator(Random(3), [b"a: b\n"], ()) for _ in range(2))
    assert [first.next() for _ in range(500)] == [second.next() for _ in range(500)]
