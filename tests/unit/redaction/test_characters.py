"""No text commands a terminal, a reader's eye, or the runner of an Action."""

from __future__ import annotations

import json

import pytest

from mooring.redaction.characters import as_json, coloured, harmless, lines, printable


@pytest.mark.parametrize(("text", "shown"), [
    ("plain ä 漢", "plain ä 漢"), ("a\nb", "a\\nb"), ("a\tb", "a\\tb"), ("\x1b[2J", "\\x1b[2J"), ("\u202eabc", "\\u202eabc"),
    ("a\u3164b", "a\\u3164b"), ("a\u200bb", "a\\u200bb"), ("\ud800", "\\ud800"), ("\x7f", "\\x7f"), ("", ""),
])  # fmt: skip
def test_one_line_of_text(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("a\n\tb", "a\n\tb"), ("a\rb\n", "a\\rb\n"), ("ä\x1b[0m\n", "ä\\x1b[0m\n"), ("\x00", "\\x00"), ("a\x0bb", "a\\x0bb"),
])  # fmt: skip
def test_text_of_several_lines(text: str, shown: str) -> None:
    assert lines(text) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("\033[31mred\033[0m", "\033[31mred\033[0m"), ("\033[31mr\x1b[2Jed\033[0m", "\033[31mr\\x1b[2Jed\033[0m"),
    ("\x1b]0;title\x07", "\\x1b]0;title\\x07"), ("no colour\r", "no colour\\r"),
])  # fmt: skip
def test_our_own_colours_stay(text: str, shown: str) -> None:
    assert coloured(text) == shown


@pytest.mark.parametrize(("text", "commands", "shown"), [
    ("::error::x", False, "\\u003a:error::x"), ("  ::error::x", False, "  \\u003a:error::x"),
    ("a\n::error::x", False, "a\n\\u003a:error::x"), ("a ::error::x", False, "a ::error::x"), (":error", False, ":error"),
    ("::error::x", True, "::error::x"), ("a ##[error]x", False, "a #\\u0023[error]x"),
    ("##[error]", True, "#\\u0023[error]"),
])  # fmt: skip
def test_no_line_is_a_command_to_a_runner(text: str, commands: bool, shown: str) -> None:
    assert harmless(text, commands=commands) == shown


def test_json_has_escapes_for_what_is_not_shown() -> None:
    data = {"ä": "\u202e\x7f\u3164 漢"}
    text = as_json(data)
    assert text == '{\n  "ä": "\\u202e\\u007f\\u3164 漢"\n}\n'
    assert json.loads(text) == data
    assert as_json({"a": 1}, None) == '{"a": 1}\n'
