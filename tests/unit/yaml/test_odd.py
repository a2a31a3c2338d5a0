"""What readers of YAML disagree on is refused in a manifest, each kind with words of its own at its place."""

from __future__ import annotations

import pytest

from mooring.problems.position import Position
from mooring.problems.problem import Problem
from mooring.yaml import document, exact, marked
from mooring.yaml.document import read_manifests
from mooring.yaml.odd import ODD
from tests.support.breaks import REFUSED_FOR_A_QUESTION_MARK

# Where the odd thing stands in each example, as line and column.
PLACES = {
    "line break": (1, 9), "directive": (2, 1), "anchor": (1, 4), "tag": (1, 4), "complex key": (1, 5),
    "question mark": (1, 6), "slash": (1, 6),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_manifest_is_refused_at_its_place(name: str) -> None:
    found, problems = read_manifests(ODD[name].example, "a.yaml")
    assert found == []
    first = problems[0].located()
    assert (first.code, first.message) == ("syntax", f"readers of YAML disagree on {ODD[name].what}")
    assert (first.line, first.column, first.hint) == (*PLACES[name], ODD[name].hint)


@pytest.mark.parametrize(("text", "column"), [
    (text, text.index("?") + 1) for text in REFUSED_FOR_A_QUESTION_MARK
])  # fmt: skip
def test_a_question_mark_ends_a_value_in_a_flow_collection(text: str, column: int) -> None:
    """`kubectl` and Kustomize refuse each of them (`tests/real/test_yamlread.py`), an address with a query too."""
    found, problems = read_manifests(text, "a.yaml")
    problem = problems[0].located()
    assert found == [] and (problem.line, problem.column) == (1, column)
    assert problem.message == f"readers of YAML disagree on {ODD['question mark'].what}"
    assert "which `kubectl` and Kustomize end there" in problem.message
    quoted = text.replace("https://example.com/x?ref=1", '"https://example.com/x?ref=1"')
    assert quoted == text or read_manifests(quoted, "a.yaml")[1] == []


@pytest.mark.parametrize("text", ["a: x?b", "a:\n- https://example.com/x?ref=1", "a: ['x?b']", 'a: {"b?c": "d?"}'])
def test_a_question_mark_elsewhere_is_a_character(text: str) -> None:
    assert len(read_manifests(text, "a.yaml")[0]) == 1


@pytest.mark.parametrize("error", [ValueError, IndexError, AttributeError, TypeError, RecursionError, AssertionError])
def test_a_slip_of_the_library_is_a_problem_at_its_place(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def slip(self: exact._Scanner, _style: object) -> None:
        raise error("hunter2")

    monkeypatch.setattr(exact._Scanner, "fetch_block_scalar", slip)
    problems = [Problem.located(item) for item in read_manifests("a: 0b1\nb: |\n  hunter2\n", "a.yaml")[1]]
    assert [(item.code, item.message, item.line) for item in problems] == [("syntax", "this is not YAML", 2)]


def test_what_is_too_long_to_be_read_exactly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "LONGEST", 50)
    monkeypatch.setattr(exact, "MOST_EVENTS", 12)
    behind = ", which is too long to be read where it holds something odd"
    many, long = "[" + "0b1," * 10 + "]\n", "a: 0b1 #" + "b" * 50 + "\n"
    assert [item.message for item in read_manifests(many, "a")[1]] == [
        f"a document of more than 12 values and brackets{behind}"
    ]
    assert [item.message for item in read_manifests(long, "a")[1]] == [f"a document of more than 50 characters{behind}"]
    monkeypatch.setattr(marked, "compose", lambda text, start: None)
    monkeypatch.setattr(document, "marked_place", lambda *_, **__: None)
    ordinary = "a: 1\nb:\n" + "- c\n" * 50
    # Where libyaml does not find its place, and the exact reader takes too long, the document's beginning is shown.
    for text, line in ((ordinary, 1), (f"c: 1\n---\n{ordinary}", 3)):
        assert read_manifests(text, "a.yaml")[0][-1].locate(("b", 3)) == Position(line, 1)
