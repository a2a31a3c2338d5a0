"""JSON as Go takes it: where a value ends, what it is, and where each of its nodes stands."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mooring.yaml import jsontext
from mooring.yaml.nodes import Node

HALF = 1 << 63


@pytest.mark.parametrize(("text", "value"), [
    ("0", 0), ("-7", -7), (str(HALF - 1), HALF - 1), (str(HALF), float(HALF)), (str(-HALF), -HALF),
    (str(-HALF - 1), float(-HALF - 1)),
    ("1.0", 1.0), ("1e3", 1000.0), ("9" * 21, float("9" * 21)), ("9" * 5000, math.inf), ("1e999", math.inf),
])  # fmt: skip
def test_a_number(text: str, value: float) -> None:
    found = jsontext.number(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("text", "found"), [
    ('{"a": 1} x', '{"a": 1}'), ('{"a": "}"} {', '{"a": "}"}'), ('{"a": "\\"}"}]', '{"a": "\\"}"}'),
    ("[[], {}] 1", "[[], {}]"),
    ("{} " + "[" * 101, "{}"), ("[" * 100 + "]" * 100 + " x", "[" * 100 + "]" * 100),
    ('{"n": ' + "9" * 5000 + "}", '{"n": ' + "9" * 5000 + "}"),
])  # fmt: skip
def test_where_a_value_ends(text: str, found: str) -> None:
    assert jsontext.end(text, 0) == len(found)
    assert jsontext.end(f"--{text}", 2) == len(found) + 2


@pytest.mark.parametrize("text", ['{"a": 1', "[1, 2}", "{a: 1}", '{"a": NaN}', '{"a": "x', "", "[" * 101 + "]" * 101])
def test_where_none_ends(text: str) -> None:
    with pytest.raises(ValueError):
        jsontext.end(text, 0)


@pytest.mark.parametrize(("text", "value"), [
    ('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}), ('{"a": {"b": "\\u00fc"}}', {"a": {"b": "ü"}}), ("[]", []),
])  # fmt: skip
def test_the_value_of_a_text(text: str, value: Any) -> None:
    assert jsontext.data(text) == value


@pytest.mark.parametrize("text", [
    '{"a": 1, "a": 2}', '{"x": {"a": 1, "a": 1}}', '{"a": 1e999}', '{"a": Infinity}',
    '{"a": "\\ud800"}', '{"a": "\\uDfff"}', "[1] 2",
])  # fmt: skip
def test_a_text_of_which_something_is_to_be_said(text: str) -> None:
    with pytest.raises(ValueError):
        jsontext.data(text)


def places(node: Node) -> Any:
    """Each scalar's text and place, in its mapping or list."""
    if node.kind == "mapping":
        return {(key.value, key.index): places(value) for key, value in node.pairs}
    return [places(item) for item in node.items] if node.kind == "sequence" else (node.value, node.index, node.plain)


def test_the_nodes_of_a_text() -> None:
    text = '{ "a" : [1, "x\\n" , true],\n "b":{"c":-1.5e3} , "d": "\\ud83d" }'
    assert places(jsontext.Reader(text, 10).document()) == {
        ("a", 12): [("1", 19, True), ("x\n", 22, False), ("true", 30, True)],
        ("b", 38): {("c", 43): ("-1.5e3", 47, True)},
        ("d", 57): ("\ufffd", 62, False),
    }
    root = jsontext.Reader(" [ ] ", 3).document()
    assert (root.kind, root.index, root.items) == ("sequence", 4, [])
