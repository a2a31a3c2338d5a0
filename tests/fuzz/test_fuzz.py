"""A short run of every target that needs nothing but mooring, and of the runner itself over a target that fails."""

from __future__ import annotations

import json
import sys
import time
import types
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.fuzz import runner
from tests.fuzz.shapes import Shaper, thinned
from tests.fuzz.tabled import explained
from tests.fuzz.targets.manifests import as_json

NEEDS_TOOLS = {"manifests", "references", "dockerconfigs"}  # tests/real runs these


@pytest.mark.parametrize("name", sorted(set(runner.names()) - NEEDS_TOOLS))
def test_a_short_run_finds_nothing(name: str) -> None:
    executions = 1500 if name == "check" else 4000  # a whole judging each
    tally = runner.run(name, executions, seed=7)
    assert (tally.executions, tally.disagreements, tally.crashes, tally.slow) == (executions, [], [], [])


def answers(batch: Sequence[bytes]) -> list[bytes]:
    if b"no answer" in batch:
        raise ConnectionError
    return [data.upper() for data in batch]


def bad(data: bytes, answer: bytes) -> str | None:
    assert answer == data.upper()
    if data == b"crash":
        raise ValueError
    while data == b"hang":
        pass
    return "kept: differ" if data == b"differ" else None


@pytest.fixture
def bad_target(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("tests.fuzz.targets.bad")
    module.__dict__.update(ask=answers, disagreement=bad, SEEDS=(b"a",))
    monkeypatch.setitem(sys.modules, "tests.fuzz.targets.bad", module)
    monkeypatch.setattr(runner, "LIMIT", 0.2)


@pytest.mark.usefixtures("bad_target")
def test_failures_are_traced_to_their_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = runner.judge("bad", [b"a", b"crash", b"b", b"hang", b"differ"])
    assert str(tally) == "5 executions, 1 disagreements, 1 crashes, 1 slow"
    assert [data for data, _ in (*tally.disagreements, *tally.crashes, *tally.slow)] == [b"differ", b"crash", b"hang"]
    monkeypatch.setattr("tests.fuzz.tabled.TABLED", {"bad": [("kept:", "a reason")]})
    assert str(runner.judge("bad", [b"differ"])) == "1 executions, 0 disagreements, 0 crashes, 0 slow"


def test_what_one_fault_brings_a_thousand_times_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "HERE", tmp_path / "tests" / "fuzz")
    monkeypatch.setattr(runner, "FOUND", tmp_path / "tests" / "fuzz" / "found")
    many = [(b"%d" % number, "one: kind") for number in range(1000)]
    assert not runner.report("bad", runner.Tally(1001, disagreements=[*many, (b"x", "another: kind")]))
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("bad: disagreements")]
    assert shown == ["bad: disagreements: one: kind"] * runner.ALIKE + ["bad: disagreements: another: kind"]
    assert len(list((tmp_path / "tests" / "fuzz" / "found" / "bad").iterdir())) == runner.ALIKE + 1


@pytest.mark.usefixtures("bad_target")
def test_where_the_other_side_fails_it_is_asked_one_by_one() -> None:
    tally = runner.judge("bad", [b"a", b"no answer", b"differ"])
    assert str(tally) == "3 executions, 1 disagreements, 1 crashes, 0 slow"
    assert [data for data, _ in tally.crashes] == [b"no answer"]


def test_each_input_has_a_time_of_its_own(bad_target: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many inputs, each of less than the limit, are none that is slow."""
    spent = time.process_time

    def busy(data: bytes, _answer: bytes) -> None:
        end = spent() + float(data)
        while spent() < end:
            pass

    monkeypatch.setattr(runner.target("bad"), "disagreement", busy)
    assert [data for data, _ in runner.judge("bad", [b"0.05"] * 8 + [b"0.5"]).slow] == [b"0.5"]


@pytest.mark.parametrize("name", runner.names())
def test_the_same_seed_gives_the_same_inputs(name: str) -> None:
    first, second = (list(islice(runner.inputs(name, 3), 1500)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", runner.names())
def test_most_inputs_are_short(name: str) -> None:
    """A text that is read exactly takes some microseconds for each character: few long ones would take all the time."""
    module = runner.target(name)
    given = len(runner._seeds(name)) + len(getattr(module, "VALUES", ()))
    found = list(islice(runner.inputs(name, 3), given, given + 3000))
    assert sum(map(len, found)) / len(found) < (700 if hasattr(module, "VALUES") else 160)


def test_a_thinned_object_is_one_still() -> None:
    data = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"a": ["b" * 50, {"c": "d" * 50}], "e": "f"},
    }
    left = thinned(data, 100, Random(1))
    assert {**left, "spec": {}} == {**data, "spec": {}}
    assert len(json.dumps(left)) <= 100


def test_values_are_mutated_into_values() -> None:
    data = {"a": {"b": ["c", {"d": 1}]}, "e": "f"}
    before = json.dumps(data)
    made = [json.loads(text) for text in islice(iter(Shaper(Random(1), [data], ["word"]).next, b""), 3000)]
    assert json.dumps(data) == before
    assert [way for way, test in WAYS.items() if not any(map(test, made))] == []


# What some of three thousand mutated values must be.
WAYS: Mapping[str, Callable[[Any], bool]] = {
    "another value": lambda made: isinstance(made, dict) and made.get("e") == 5,
    "what stands behind another key": lambda made: isinstance(made, dict) and made.get("e") == {"b": ["c", {"d": 1}]},
    "an item less": lambda made: made == {"a": {"b": [{"d": 1}]}, "e": "f"},
    "an item more": lambda made: made == {"a": {"b": ["c", {"d": 1}, {"d": 1}]}, "e": "f"},
    "another key": lambda made: made == {"a": {"b": ["c", {"d": 1}]}, "b": "f"},
    "a key more": lambda made: made == {"a": {"b": ["c", {"d": 1}]}, "e": "f", "d": 1},
    "a list around": lambda made: made == {"a": {"b": ["c", {"d": 1}]}, "e": ["f"]},
    "a word more": lambda made: made == {"a": {"b": ["c", {"d": 1}]}, "e": "fword"},
}


def test_a_number_counts_as_hidden_only_where_a_key_is_given_twice() -> None:
    number, twice, other = "a number that JSON does not have", "key `b` is given twice", "a reason that is not tabled"
    said = {words: explained("manifests", f"only mooring refuses: {'; '.join(words)}") for words in (
        (number,), (twice,), (number, twice), (twice, number), (number, twice, other),
    )}  # fmt: skip
    assert [words for words, known in said.items() if known] == [(twice,), (number, twice), (twice, number)]


@pytest.mark.parametrize(("ours", "theirs"), [
    (1.0, 1), (-0.0, 0), (1.5, 1.5), (1.8444407370955162e18, 1844440737095516200), (1e20, 10**20), (1e21, 1e21),
    (1 << 64, float(1 << 64)),
])  # fmt: skip
def test_whole_floats_are_the_integers_that_go_writes(ours: object, theirs: object) -> None:
    assert repr(as_json(ours)) == repr(as_json(theirs))
