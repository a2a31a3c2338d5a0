"""What is a comment, which value it stands beside, and that it changes nothing of a text that it is put into."""

from __future__ import annotations

import pytest

from mooring.yaml.comments import Comment, commented, comments
from mooring.yaml.document import Document, read_manifests


def read(text: str) -> Document | None:
    documents, problems = read_manifests(text, "a.yaml")
    return documents[0] if documents and not problems else None


def found(text: str) -> list[str]:
    """`route: comment`, with `>` for one at the end of a line."""
    document = read(text)
    assert document is not None
    return [f"{'.'.join(map(str, one.route))}{'>' if one.is_trailing else ':'} {one.text}" for one in comments(document)]


@pytest.mark.parametrize(("text", "expected"), [
    ("a: 1 # one\n", ["a> # one"]),
    ("a: 1\t# one\n", ["a> # one"]),
    ("# above\na: 1\n", ["a: # above"]),
    ("# above\n\n# more\na: 1\n", ["a: # above", "a: # more"]),
    ("a:\n  # b's\n  b: 1\n", ["a.b: # b's"]),
    ("a: # of a\n  b: 1\n", ["a> # of a"]),
    ("a: 1#2\n", []),
    ("a: '1 # 2'\n", []),
    ('a: "1 # 2"  # 3\n', ["a> # 3"]),
    ("a: |\n  # no\n  b # no\nc: 1 # yes\n", ["c> # yes"]),
    ("a: |  # of a\n  b\n", ["a> # of a"]),
    ("a: 1\n  # more\n", []),
    ("a:\n- 1 # one\n# two\n- 2\n", ["a.0> # one", "a.1: # two"]),
    ("a: {b: 1, c: 2} # both\n", ["a> # both"]),
    ("a: [1, # one\n  2] # two\n", ["a> # one", "a.1> # two"]),
    ("a:\n- b: 1 # b\n  c: 2 # c\n", ["a.0> # b", "a.0.c> # c"]),
    ('{"a": 1}\n', []),
    ("a: http://x/#y\n", []),
    ("a: 'x\n  # no\n  y'\nb: 1 # b\n", ["b> # b"]),
])  # fmt: skip
def test_comments_are_found_beside_their_values(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_document_has_its_own(text: str = "# a\na: 1\n---\n\n# b\nb: 2 # two\n---\nc: 3\n# c\n") -> None:
    documents, _ = read_manifests(text, "a.yaml")
    assert [[one.text for one in comments(document)] for document in documents] == [["# a"], ["# b", "# two"], []]


@pytest.mark.parametrize(("text", "into", "expected"), [
    ("a: 1 # one\n", "b: 2\na: 1\n", "b: 2\na: 1  # one\n"),
    ("a: 1 # one\n", "b: 2\n", "b: 2\n"),
    ("# x\na: {b: [1]}\n", "a:\n  b:\n  - 1\n", "# x\na:\n  b:\n  - 1\n"),
    ("a:\n  # x\n  b: 1\n", "a:\n  b: 1\n", "a:\n  # x\n  b: 1\n"),
    ("a: x # y\n", "a: |\n  x\n  y\n", "a: |  # y\n  x\n  y\n"),
    # The end of the line is no place for it there.
    ("a: x # y\n", "a: 'x # z'\n", "# y\na: 'x # z'\n"),
    ("a: x # y\n", "? a\n: x\n", "? a  # y\n: x\n"),
    ("a: x # y\n", "a: 'x\n  z'\n", "a: 'x\n  z'\n"),
])  # fmt: skip
def test_a_comment_changes_no_value(text: str, into: str, expected: str) -> None:
    document = read(text)
    assert document is not None
    after = commented(into, comments(document), read)
    assert after == expected
    before, again = read(into), read(after)
    assert before is not None and again is not None and before.data == again.data


def test_a_comment_that_would_change_the_text_keeps_no_other_out() -> None:
    """The others are put in one by one then, each at its value's new line."""
    wanted = [
        Comment(("a",), "# one", is_trailing=False), Comment(("b",), "# two", is_trailing=False),
        Comment(("c",), "d: 4", is_trailing=False),
    ]  # fmt: skip
    assert commented("a: 1\nb: 2\nc: 3\n", wanted, read) == "# one\na: 1\n# two\nb: 2\nc: 3\n"
