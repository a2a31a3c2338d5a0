"""A file is cut into documents where kubectl cuts it."""

from __future__ import annotations

import pytest

from mooring.yaml.stream import Part, alone, parts


def cut(text: str) -> list[str]:
    """The text of each document, `{}` before that of JSON; `!` and the index of what hinders kubectl."""
    return [
        ("{}" if part.json else "") + text[part.begin : part.end] if isinstance(part, Part) else f"!{part.index}"
        for part in parts(text)
    ]


@pytest.mark.parametrize(("text", "documents"), [
    ("", [""]),
    ("a: 1\n", ["a: 1\n"]),
    ("a: 1\n---\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    ("---\na: 1\n", ["", "a: 1\n"]),
    ("a: 1\n---", ["a: 1\n", ""]),
    ("a: 1\n--- \nb: 2\n", ["a: 1\n", "b: 2\n"]),
    ("a: 1\n--- # c\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    ("a: 1\n --- \nb: 2\n", ["a: 1\n --- \nb: 2\n"]),
    ("a: 1\n---#\nb: 2\n", ["a: 1\n", "!8", "b: 2\n"]),
    ("a: 1\n--- b: 2\n", ["a: 1\n", "!9", ""]),
    ("a: 1\n----\nb: 2\n", ["a: 1\n", "!8", "b: 2\n"]),
    # A space for kubectl, which separates there where something stands before it, and a text for its YAML reader.
    ("---\xa0\na: 1\n", ["", "!3", "a: 1\n"]),
    ("a: 1\n---\t\u3000\nb: 2\n", ["a: 1\n", "!9", "b: 2\n"]),
    ("--- # c\x85a: 1\n", ["", "!4", ""]), ("--- # c\u2028a: 1\n", ["", "!4", ""]), ("--- # c\u2029a: 1\n", ["", "!4", ""]),
    ('{"a": 1}', ['{}{"a": 1}']),
    (' \n{"a": 1}\n{"b": 2} ', ['{}{"a": 1}', '{}{"b": 2}']),
    ('{"a": 1}\n---\nb: 2\n', ['{}{"a": 1}', "", "b: 2\n"]),
    ('{"a": 1}\nb: 2\n', ['{}{"a": 1}', "b: 2\n"]),
    ('{"a": 1}{"b": 2}\nc: 3\n', ['{}{"a": 1}', '{}{"b": 2}', "!17"]),
    ("{a: 1}\n", ["{a: 1}\n"]),
    (" " * 4096 + '{"a": 1}', [" " * 4096 + '{"a": 1}']),
])  # fmt: skip
def test_where_a_file_is_cut(text: str, documents: list[str]) -> None:
    assert cut(text) == documents


@pytest.mark.parametrize(("number", "found"), [
    (0, "a: 1\n---\nb: 2"), (1, "\n\nb: 2\n---\nc: 3"), (2, "\n\n\n\nc: 3\n"),
])  # fmt: skip
def test_a_document_alone_stands_at_its_lines(number: int, found: str) -> None:
    """And the line behind it, which a reader's error may be about."""
    part = [part for part in parts("a: 1\n---\nb: 2\n---\nc: 3\n") if isinstance(part, Part)][number]
    text, there = alone("a: 1\n---\nb: 2\n---\nc: 3\n", part)
    assert text == found
    assert text[there.begin : there.end].strip() == "abc"[number] + f": {number + 1}"
