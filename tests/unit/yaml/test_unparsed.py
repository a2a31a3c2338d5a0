"""A text that is no document has one place, and shows of its lines no more than a field's name."""

from __future__ import annotations

from mooring.problems.position import Position
from mooring.yaml.unparsed import Unparsed, syntax


def test_every_route_is_at_its_one_place_and_none_is_there() -> None:
    found = Unparsed("a.yaml", "a: [\n", Position(2, 1))
    assert (found.locate(("a",)), found.locate((), key=True)) == (Position(2, 1), Position(2, 1))
    assert (found.has(()), found.has(("a",))) == (False, False)
    assert list(found.hidden(("a",))) == []
    assert Unparsed("a.yaml", "", None).locate(()) is None


def test_of_a_line_the_name_of_a_field_is_shown_and_behind_the_end_nothing() -> None:
    found = Unparsed("a.yaml", "kind: Pod\nhunter2: x\n  name: [", Position(3, 9))
    assert [found.excerpt(line, 1, ("name",))[0] for line in (1, 2, 3, 4)] == ["kind: ***", "***", "  name: ***", ""]
    assert found.excerpt(4, 7, ()) == ("", 1)


def test_the_problem_stands_there() -> None:
    problem = syntax("a.yaml", "a: [\n", Position(1, 4), "a `[` is not closed", "close it with `]`").located()
    assert (problem.code, problem.file, problem.line, problem.column) == ("syntax", "a.yaml", 1, 4)
    assert (problem.message, problem.hint) == ("a `[` is not closed", "close it with `]`")
