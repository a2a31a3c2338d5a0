"""Flow style: what is written on a line or two is read again as it was, by the strictest of readers and the loosest."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from mooring.yaml.dump import WIDTH, fields, flow

TEXTS = (
    "plain", "pods/ephemeralcontainers", "*", "*/*", "", "a, b", "a: b", "a:b", "a #b", "[x]", "{x}", "x]", "x}", "a?b",
    "object.?type.orValue('') == 'x'", "!(a)", "y", "0777", "1:30", "null", 'say "a" [b]', "a'b", "-", "- a", "&a", "\n",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_as_it_was(text: str) -> None:
    for value in ([text, text], {"key": text, "other": [text]}, [{text: text}]):
        assert yaml.safe_load(flow(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ([], "[]"),
        ({}, "{}"),
        (["a"], "[a]"),
        ({"enabled": True, "most": 3, "none": None}, "{enabled: true, most: 3, none: null}"),
        ({"apiGroups": ["", "*"]}, '{apiGroups: ["", "*"]}'),
    ],
)
def test_how_it_is_written(value: Any, written: str) -> None:
    assert flow(value) == written


@pytest.mark.parametrize("value", [{"a": ["x" * 30] * 3, "b": ["y" * 30] * 3}, {"c": ["z" * 30] * 9}, ["w" * 40] * 7])
def test_what_is_long_takes_more_lines(value: Any) -> None:
    written = flow(value, 6)
    assert max(map(len, written.split("\n"))) <= WIDTH
    assert "\n       " in written
    assert yaml.safe_load(written) == json.loads(json.dumps(value))


def test_a_mapping_has_a_line_for_each_key() -> None:
    value = {"containers": [{"name": "main", "image": "a:1"}], "none": [], "a key": "a: b", "text": "x\ny\n", "n": None}
    written = fields(value, 2)
    assert written.splitlines() == [
        '  containers: [{name: main, image: "a:1"}]',
        "  none: []",
        '  a key: "a: b"',
        "  text: |",
        "    x",
        "    y",
        '  "n": null',
    ]
    assert yaml.safe_load(written) == value


def test_no_line_is_longer_than_the_width() -> None:
    """Two characters are left for what may follow on the line."""
    fits, does_not = ["a" * 57, "b" * 57], ["a" * 57, "b" * 58]
    assert flow(fits) == "[" + "a" * 57 + ", " + "b" * 57 + "]"
    assert flow(does_not) == "[" + "a" * 57 + ",\n " + "b" * 58 + "]"


@pytest.mark.parametrize(("begin", "lines"), [
    # The first line has what is left of the width behind `begin`, the others all of it.
    (None, ["[" + "a" * 50 + ", " + "b" * 50 + ",", " " + "c" * 20 + "]"]),
    (14, ["[" + "a" * 50 + ", " + "b" * 50 + ",", " " + "c" * 20 + "]"]),
    (15, ["[" + "a" * 50 + ",", " " + "b" * 50 + ", " + "c" * 20 + "]"]),
])  # fmt: skip
def test_the_first_line_may_begin_further_right(begin: int | None, lines: list[str]) -> None:
    assert flow(["a" * 50, "b" * 50, "c" * 20], 0, begin).split("\n") == lines


@pytest.mark.parametrize(("begin", "lines"), [
    (52, ["[[" + "a" * 30 + ", " + "b" * 30 + "]]"]), (53, ["[[" + "a" * 30 + ",", " " + "b" * 30 + "]]"]),
])  # fmt: skip
def test_a_list_in_a_list_is_split_where_the_first_line_has_no_room_for_it(begin: int, lines: list[str]) -> None:
    assert flow([["a" * 30, "b" * 30]], 0, begin).split("\n") == lines


@pytest.mark.parametrize("length", range(20, 60))
def test_a_key_counts_for_the_width_of_its_line(length: int) -> None:
    value = {"k" * length: {"a": "x" * 30, "b": "y" * 30, "c": "z" * 30}}
    written = fields(value, 2)
    lines = written.splitlines()
    assert max(map(len, lines)) <= WIDTH - 2 and len(lines) <= 2
    assert len(lines) == (1 if length + len("  : {a: , b: , c: }") + 90 <= WIDTH - 2 else 2)
    assert yaml.safe_load(written) == value
