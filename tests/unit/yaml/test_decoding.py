"""The text of a file, and why it has none."""

from __future__ import annotations

import pytest

from mooring.yaml.decoding import decode

CONTROL = "a control character, which YAML does not allow"


@pytest.mark.parametrize(("raw", "text"), [
    (b"a: 1\r\nb: 2\n", "a: 1\nb: 2\n"), (b"\xef\xbb\xbfa: 1\n", "a: 1\n"), ("a: \u00e9\n".encode(), "a: \u00e9\n"),
    ("a: 1\r\n", "a: 1\n"), ("a:\t\x85\u2028\n", "a:\t\x85\u2028\n"), (b"", ""),
])  # fmt: skip
def test_a_text(raw: bytes | str, text: str) -> None:
    assert decode(raw, "a.yaml") == (text, [])


@pytest.mark.parametrize(("raw", "line", "column", "message"), [
    (b"\xff\xfea\x00", None, None, "the file is UTF-16"), (b"\xfe\xff\x00a", None, None, "the file is UTF-16"),
    (b"a: 1\nb: \xff\n", 2, 4, "the file is not UTF-8"),
    ("a: \x00\n", 1, 4, CONTROL), ("a: 1\nb: \x7f\n", 2, 4, CONTROL), ("a: \ufffe\n", 1, 4, CONTROL),
    ("a: \uffff\n", 1, 4, CONTROL), ("a: \ud83d\n", 1, 4, CONTROL),
    ("a: \ufeff\n", 1, 4, "a byte order mark inside the file, which not every reader passes over"),
])  # fmt: skip
def test_what_is_none(raw: bytes | str, line: int | None, column: int | None, message: str) -> None:
    text, [problem] = decode(raw, "a.yaml")
    placed = problem.located()
    assert (text, placed.message) == ("", message)
    assert (placed.line, placed.column) == (line, column)
