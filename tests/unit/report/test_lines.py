"""No line of the text is longer than anybody reads, whatever a problem says."""

from __future__ import annotations

import re

import pytest

from mooring.problems.problem import Problem
from mooring.report import Report, Summary, Terminal, render
from mooring.yaml.diff import diff

LONG = "x" * 5000
PROBLEMS = [
    Problem("schema", LONG, file="a.yaml", line=1, column=1, snippet="a", expected=LONG, hint=LONG),
    Problem("schema", "short", file=f"{LONG}.yaml", line=1, column=4000, snippet=LONG, caret=4000, environment=LONG),
    *(Problem("syntax", "several", file=f"{LONG}{number}.yaml", line=1, column=1) for number in range(9)),
]


@pytest.mark.parametrize("terminal", [Terminal(), Terminal(None, colour=True), Terminal(9000, colour=True), Terminal(40)])
def test_each_line_is_cut(terminal: Terminal) -> None:
    summary = Summary(pulls=9, other=9, other_registries=tuple(f"{n}.{LONG}" for n in range(9)))
    said = render("text", Report(tuple(PROBLEMS), summary, remark=LONG), terminal)
    lines = [re.sub("\033\\[[0-9;]*m", "", line) for line in said.split("\n")]
    assert max(map(len, lines)) <= 300 and any(line.endswith("…") for line in lines)
    assert said.count("\033[0m") == len(re.findall("\033\\[[1-9][0-9;]*m", said))
    assert lines[-3].endswith(" s"), "the summary keeps its end"


def test_the_caret_stays_below_its_place() -> None:
    problem = Problem("schema", "m", file="a.yaml", line=1, column=4001, snippet="a" * 4000 + "b" * 1000, caret=4001)
    _, excerpt, caret, *_ = render("text", Report((problem,)), Terminal()).split("\n")
    assert excerpt[caret.index("^")] == "b" and excerpt[caret.index("^") - 1] == "a"


def test_a_line_of_300_characters_is_whole() -> None:
    head = "a.yaml: error[schema]: "
    for more in (0, 1):
        problem = Problem("schema", "m" * (300 - len(head) + more), file="a.yaml")
        (line, *_) = render("text", Report((problem,)), Terminal()).split("\n")
        assert len(line) == 300 and line.endswith("…" if more else "m")


def test_a_sentence_keeps_its_end_where_a_value_is_long() -> None:
    for value, shown in (("n" * 253, "n" * 60 + "…"), ("n" * 100, "n" * 100)):
        problem = Problem("schema", f"robot `{value}` needs a file name of 266 bytes", file="a.yaml")
        (line, *_) = render("text", Report((problem,)), Terminal()).split("\n")
        assert line == f"a.yaml: error[schema]: robot `{shown}` needs a file name of 266 bytes"


def test_a_long_path_leaves_room_for_what_is_wrong() -> None:
    problem = Problem("bad-path", "`a` cannot be read: File name too long", file="a" * 290 + "b.yaml", line=3, column=4)
    (line, *_) = render("text", Report((problem,)), Terminal()).split("\n")
    assert line.endswith("ab.yaml:3:4: error[bad-path]: `a` cannot be read: File name too long") and line[0] == "…"


def test_a_line_of_a_diff_is_cut() -> None:
    lines = list(diff("policies/kyverno/a.yaml", "a: 1\n", f"a: {LONG}\n"))
    assert max(len(line.rstrip("\n")) for line in lines) == 300
