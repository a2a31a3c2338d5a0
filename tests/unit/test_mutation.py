"""The mutation tester's own logic: what is a mutant, which tests are run against it, and what the score is of."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.mutation import covering, equivalents, mutants, report, trials
from tests.mutation.covering import Recording
from tests.mutation.mutants import Changed, Identity, Mutant
from tests.mutation.plugin import TESTS
from tests.mutation.report import Result
from tests.mutation.trials import Outcome, Trial
from tests.support.example import ROOT

SOURCE = '''\
"""A module."""
from __future__ import annotations
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Value = int | str


@dataclass(frozen=True, slots=True)
class Place:
    line: int | None = 1


@cache
def first(given: int | str | None, default: int = 2) -> int | None:
    if given == "a" and default > 3:
        return None
    return (
        default
        + 4
    )
'''


def made(text: str) -> dict[str, list[str]]:
    """Operator → the lines that its mutants make of a text."""
    found: dict[str, list[str]] = {}
    for mutant in mutants.of_module("m.py", text):
        changed = mutants.change(mutant, text)
        if changed is not None:
            found.setdefault(mutant.operator.partition("/")[2], []).append(changed.identity.becomes)
    return found


def test_types_options_of_dataclasses_and_caches_are_no_mutants() -> None:
    lines = [line for each in made(SOURCE).values() for line in each]
    assert [line for line in lines if re.match(r"(Value|@cache|from|if .*TYPE_CHECKING|@dataclass)", line)] == []
    assert not any("frozen=False" in line or "slots=False" in line for line in lines)
    assert {line for line in lines if line.startswith("line:")} == {"line: int | None = 2", "line: int | None = 0"}
    assert {line for line in lines if line.startswith("def ")} == {
        "def first(given: int | str | None, default: int = 3) -> int | None:",
        "def first(given: int | str | None, default: int = 1) -> int | None:",
    }


def test_a_comparison_becomes_another_comparison_of_its_kind() -> None:
    lines = {name.rpartition("_")[2]: line for name, (line, *_) in made('x = a == "b"\n').items() if "Comparison" in name}
    assert lines == {
        "NotEq": 'x = a != "b"',
        "Lt": 'x = a < "b"',
        "LtE": 'x = a <= "b"',
        "Gt": 'x = a > "b"',
        "GtE": 'x = a >= "b"',
    }


@pytest.mark.parametrize(
    ("line", "function"),
    [(1, ""), (10, ""), (13, "Place"), (15, "Place"), (18, "first"), (20, "first")],
)
def test_a_mutant_is_known_by_its_function(line: int, function: str) -> None:
    assert mutants._function(SOURCE, line) == function


def test_a_sample_is_decided_by_its_seed(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(SOURCE)
    (tmp_path / "n.py").write_text("def f(x):\n    return x + 1\n")
    drawn = [[c.identity for c in mutants.sample(tmp_path, ["n.py", "m.py"], 5, seed)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == 5
    # No place twice: the sum can be changed, and its one.
    everything = mutants.sample(tmp_path, ["n.py"], 100, 1)
    assert sorted(c.mutant.operator.partition("_")[0] for c in everything) == [
        "core/NumberReplacer",
        "core/ReplaceBinaryOperator",
    ]


def test_a_sample_stays_as_it_is_where_a_module_changes(tmp_path: Path) -> None:
    """A mutant is drawn by what it is, not by its line's number; what comes to it or goes moves no other."""
    (tmp_path / "n.py").write_text("def f(x):\n    return x + 1\n\n\ndef g(x):\n    return x + 1\n")

    def drawn(source: str, size: int) -> list[Identity]:
        (tmp_path / "m.py").write_text(source)
        return [changed.identity for changed in mutants.sample(tmp_path, ["n.py", "m.py"], size, 1)]

    assert drawn("\n" + SOURCE, 8) == drawn(SOURCE, 8)
    assert drawn("\n" + SOURCE, 99) == drawn(SOURCE, 99)
    assert sum(identity.line == "return x + 1" for identity in drawn(SOURCE, 99)) == 4, "lines that are alike are two places"
    longer = SOURCE + "\n\ndef third(x):\n    return x > 3\n"
    assert len(drawn(longer, 99)) == len(drawn(SOURCE, 99)) + 2
    assert [identity for identity in drawn(longer, 99) if identity.function != "third"] == drawn(SOURCE, 99)


def test_a_dotted_exception_in_a_tuple_is_no_mutant_and_the_names_beside_it_are() -> None:
    lines = made("try:\n    f()\nexcept (re.error, KeyError, OSError):\n    g()\n")["ExceptionReplacer"]
    assert lines == [
        "except (re.error, CosmicRayTestingException, OSError):",
        "except (re.error, KeyError, CosmicRayTestingException):",
    ]


def test_what_does_not_compile_is_no_mutant() -> None:
    text = "def f(x):\n    for _ in x:\n        pass\n"
    assert mutants.change(Mutant("m.py", "core/ReplaceBreakWithContinue", 0, (1, 0), (1, 1)), text) is None


@pytest.mark.parametrize(
    ("line", "lines"),
    [(10, {10}), (15, {15}), (20, {20}), (23, {22, 23, 24, 25}), (18, {18, 19, 20, 21, 22, 23, 24, 25})],
)
def test_a_statement_has_all_of_its_lines(line: int, lines: set[int]) -> None:
    """A function's header runs at import: whoever runs its body is asked."""
    assert set(covering.statement(ast.parse(SOURCE), line)) == lines


RECORDED = Recording(
    {"tests/unit/p/test_m.py::own": 3.0, "a::slow": 2.0, "a::fast": 0.1, "b::other": 0.5},
    {"p/m.py": {20: {"a::slow", "a::fast", "tests/unit/p/test_m.py::own"}, 21: {"b::other"}, 11: {"b::other"}}},
)


@pytest.mark.parametrize(
    ("line", "tests"),
    [
        (20, ["tests/unit/p/test_m.py::own", "a::fast", "a::slow"]),
        (21, ["b::other"]),
        (24, []),
        (10, ["tests/unit/p/test_m.py::own", "a::fast", "b::other", "a::slow"]),
        (11, ["tests/unit/p/test_m.py::own", "a::fast", "b::other", "a::slow"]),
    ],
    ids=[
        "own tests first, then the fastest",
        "one test",
        "no test runs it",
        "a constant: all tests of the module",
        "a line of a module that a test imported first",
    ],
)
def test_the_tests_of_a_line(line: int, tests: list[str]) -> None:
    assert covering.choose(RECORDED, "p/m.py", ast.parse(SOURCE), line) == tests


def test_no_more_tests_than_the_limit_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "SECONDS", 3.2)
    assert covering.choose(RECORDED, "p/m.py", ast.parse(SOURCE), 20) == ["tests/unit/p/test_m.py::own", "a::fast"]
    monkeypatch.setattr(covering, "COUNT", 1)
    assert covering.choose(RECORDED, "p/m.py", ast.parse(SOURCE), 20) == ["tests/unit/p/test_m.py::own"]


def test_the_tests_of_a_module_run_first_then_its_packages_and_the_rest_where_it_survives_those() -> None:
    order = [
        "tests/unit/p/test_m.py::own",
        "tests/unit/q/test_m.py::fast",
        "tests/unit/p/test_n.py::next",
        "tests/test_c.py::c",
    ]
    own, fast, following, case = order
    trial = Trial(Mutant("p/m.py", "core/AddNot", 0, (20, 7), (20, 35)), order, 1.0)
    assert trials.steps(trial) == [[own], [following], [fast, case]]
    assert trials.steps(trial._replace(tests=[case, fast])) == [[case, fast]]


@pytest.mark.parametrize(
    ("listed", "code"),
    [(["test_m.py::test_a"], 0), (["test_m.py::test_b"], 1), (["test_m.py::gone"], 0), (["test_n.py::test_a"], 2)],
)
def test_the_listed_tests_run_and_where_none_is_left_none_has_failed(listed: list[str], code: int, tmp_path: Path) -> None:
    (tmp_path / "test_m.py").write_text("def test_a():\n    pass\n\n\ndef test_b():\n    assert False\n")
    (tmp_path / "test_n.py").write_text("from nowhere import nothing\n")
    (tmp_path / "listed").write_text(json.dumps(listed))
    environment = {
        **os.environ,
        TESTS: str(tmp_path / "listed"),
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = (*covering.PYTEST, f"--rootdir={tmp_path}", "-c", os.devnull, listed[-1].partition("::")[0])
    assert subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True).returncode == code


def changed(line: str, module: str = "p/m.py") -> Changed:
    mutant = Mutant(module, "core/AddNot", 0, (20, 7), (20, 35))
    return Changed(
        mutant, Identity(module, "first", "core/AddNot", line, f"not {line}"), SOURCE.replace("return None", "return 9")
    )


RESULTS = [
    Result(changed("a"), Outcome.KILLED, 3),
    Result(changed("b"), Outcome.TIMED_OUT, 3),
    Result(changed("c"), Outcome.SURVIVED, 3),
    Result(changed("d", "q.py"), Outcome.UNREACHED, 0),
]


def test_a_survivor_is_explained_by_the_table_alone_and_still_lowers_the_score() -> None:
    table = {RESULTS[2].changed.identity: "the same value"}
    assert report.score(RESULTS) == 50.0
    assert report.unexplained(RESULTS, table) == [RESULTS[3]]
    assert report.scores({"p": ["p/m.py"], "q": ["q.py"]}, RESULTS, table) == (
        "package      mutants  killed timed out  survived  equivalent      score\n"
        "p                  3       1         1         1           1     66.7 %\n"
        "q                  1       0         0         1           0      0.0 %\n"
        "all                4       1         1         2           1     50.0 %"
    )


def test_a_survivor_is_shown_with_its_place_its_operator_and_its_diff() -> None:
    assert report.survivor(RESULTS[2], SOURCE) == (
        "generator/mooring/p/m.py:20: core/AddNot in first: survived (3 tests ran)\n"
        "    @@ -20,3 +20,3 @@\n"
        '         if given == "a" and default > 3:\n'
        "    -        return None\n"
        "    +        return 9\n"
        "         return ("
    )


def test_a_row_of_the_table_is_read_as_it_is_written(tmp_path: Path) -> None:
    identity = Identity("p/m.py", "f", "core/AddNot", r"""if "a'\n" == b:""", r"""if not "a'\n" == b:""")
    table = tmp_path / "table.toml"
    table.write_text(equivalents.as_row(identity).replace("reason = ''", "reason = 'why'"))
    assert equivalents.read(table) == {identity: "why"}
    assert equivalents.stale([identity], {"p/m.py": "x\n"}) == [identity]
    assert equivalents.stale([identity], {"p/m.py": 'if "a\'\\n" == b:\n'}) == []


def test_the_table_of_equivalents_holds_lines_that_are_there_and_reasons() -> None:
    table = equivalents.read()
    package = ROOT / covering.PACKAGE
    texts = {path.relative_to(package).as_posix(): path.read_text() for path in package.rglob("*.py")}
    assert equivalents.stale(table, texts) == []
    assert [row for row, reason in table.items() if len(reason) < 20] == []
