"""A syntax error stands where its likely cause is, with the line under it."""

from __future__ import annotations

import pytest

from mooring.yaml.document import read_fleet, read_manifests

CONFLICT = "robots:\n- name: a\n<<<<<<< HEAD\n  project: b\n=======\n  project: c\n>>>>>>> other\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "snippet"),
    [
        (CONFLICT, 3, 1, "a merge conflict is not resolved", "***"),
        ("a: b\n=======\nc: d\n", 2, 1, "a merge conflict is not resolved", "***"),
        ("- name: 'a\n- host: 'b'\n", 1, 9, "a quote is not closed on its line", "- name: ***"),
        ('- name: "a\n- host: "b"\n', 1, 9, "a quote is not closed on its line", "- name: ***"),
        ('- name: "a\n" b\n', 1, 9, "a quote is not closed on its line", "- name: ***"),
        ("- name: 'a\n- host: b\n", 1, 9, "a quote is not closed", "- name: ***"),
        ("name: 'it's'\n", 1, 11, "text behind a closing quote", "name: ***"),
        ("name: ['a' 'b']\n", 1, 12, "a `[` is not closed, or a comma is missing", "name: ***"),
        ("metadata: {name: a\nrobots:\n- {name: b}\n", 1, 11, "a `{` is not closed", "metadata: ***"),
        ("name: [a\n", 1, 7, "a `[` is not closed", "name: ***"),
        ("name: [a", 1, 7, "a `[` is not closed", "name: ***"),
        ("name: {a: 1, b: 2\n  c: 3}\n", 2, 4, "a `{` is not closed, or a comma is missing", "  ***"),
        ("- name:vision\n  project: a\n", 1, 7, "a `:` without a space behind it", "- ***"),
        ("- name: a\n  host:b.example.com\n  aliases: []\n", 2, 7, "a `:` without a space behind it", "  ***"),
        ("- image: http://x\n  name: b: c\n", 2, 10, "a second `: ` on one line", "  name: ***"),
        ("- nginx:1.2\n  name: b\n", 1, 3, "a key without `:`", "- ***"),
        ("robots:\n  project a\n  expires: never\n", 2, 3, "a key without `:`", "  ***"),
        ("robots:\n- name: a\n  project b\n  expires: never\n", 3, 3, "a key without `:`", "  ***"),
        ("  - name\n  'host'\n", 2, 3, "a key without `:`", "  ***"),
        ("name: a\n  host: b\n", 2, 3, "this line continues the value of the line above", "  host: ***"),
        ("robots:\n  name: a\n host: b\n", 3, 2, "this line is indented differently from its neighbours", " host: ***"),
    ],
)
def test_a_syntax_error_stands_at_its_cause(text: str, line: int, column: int, message: str, snippet: str) -> None:
    for problems in (read_fleet(text, "a.yaml")[1], read_manifests(text, "a.yaml")[1]):
        (problem,) = (problem.located() for problem in problems)
        assert (problem.line, problem.column, problem.message, problem.snippet) == (line, column, message, snippet)


def test_a_conflict_in_the_second_document_stands_there() -> None:
    problems = read_manifests(f"name: a\n---\n{CONFLICT}", "a.yaml")[1]
    assert [problem.located().line for problem in problems] == [5]


def test_a_conflict_that_is_text_is_none() -> None:
    assert read_fleet("name: |\n  =======\n", "a.yaml")[1] == []
