"""Plain data as block YAML, in the style that kubectl and Kustomize print."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.yaml.dump import dump


@pytest.mark.parametrize(("value", "text"), [
    ({"a": 1, "b": None, "c": True, "d": "x"}, "a: 1\nb: null\nc: true\nd: x\n"),
    ({"a": {}, "b": [], "c": ()}, "a: {}\nb: []\nc: []\n"),
    ({"a": {"b": {"c": 1}}}, "a:\n  b:\n    c: 1\n"),
    ({"a": [1, "x", None]}, "a:\n- 1\n- x\n- null\n"),
    ({"a": ({"b": 1, "c": 2}, {"d": [3]})}, "a:\n- b: 1\n  c: 2\n- d:\n  - 3\n"),
    ([[1, 2], [], {}, [[3]]], "- - 1\n  - 2\n- []\n- {}\n- - - 3\n"),
    ({"a": "one\ntwo\n"}, "a: |\n  one\n  two\n"),
    ({"a": "one\n\n  two"}, "a: |-\n  one\n\n    two\n"),
    (["one\ntwo\n"], "- |\n  one\n  two\n"),
    ({"a": ["one\ntwo\n"]}, "a:\n- |\n  one\n  two\n"),
    # What readers disagree on, or a CI runner takes for a command, is written with escapes on one line.
    ({"a": "one \ntwo\n"}, 'a: "one \\ntwo\\n"\n'),
    ({"a": "one\ntwo "}, 'a: "one\\ntwo "\n'),
    ({"a": " one\ntwo\n"}, 'a: " one\\ntwo\\n"\n'),
    ({"a": "one\ttwo\nthree\n"}, 'a: "one\\ttwo\\nthree\\n"\n'),
    ({"a": "one\ntwo\n\n"}, 'a: "one\\ntwo\\n\\n"\n'),
    ({"a": "\n"}, 'a: "\\n"\n'),
    ({"a": "one\n::add-mask::x\n"}, 'a: "one\\n\\x3a:add-mask::x\\n"\n'),
    ({}, "{}\n"), ([], "[]\n"), ("x", "x\n"), (None, "null\n"), (1.5, "1.5\n"),
    ({"yes": "no"}, '"yes": "no"\n'),
])  # fmt: skip
def test_data_as_text(value: Any, text: str) -> None:
    assert dump(value) == text


def test_every_line_is_indented() -> None:
    assert dump({"a": [{"b": "one\n\ntwo\n"}], "c": {"d": []}}, 4) == (
        "    a:\n    - b: |\n        one\n\n        two\n    c:\n      d: []\n"
    )
    assert dump([], 2) == "  []\n"


def test_a_long_key_has_a_question_mark() -> None:
    """A `:` belongs to a key of at most 1,024 characters."""
    assert dump({"ü," * 499: {"a": 1}}) == f'"{"ü," * 499}":\n  a: 1\n'
    assert dump({"x": {"ü," * 499 + "y": {"a": 1}}}) == f'x:\n  ? "{"ü," * 499 + "y"}"\n  :\n    a: 1\n'
