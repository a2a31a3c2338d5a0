"""Functions of Go and Sprig on values that are seen, and on those that only the cluster sees (`§`)."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.registry.sprig import FUNCTIONS, SOMETHING, UNSEEN, Missing, Values, printed_as

HID = UNSEEN


@pytest.mark.parametrize(("function", "arguments", "value"), [
    ("printf", ("%s-%v-%d-%%", "a", 1, 2), "a-1-2-%"), ("printf", ("%s", HID), HID), ("printf", ("%q", 'a"b'), '"a\\"b"'),
    ("printf", ("%s", True), "true"), ("print", ("a", "b"), "ab"), ("quote", ("a",), '"a"'), ("toString", (7,), "7"),
    ("b64enc", ("u:p",), "dTpw"), ("b64enc", (f"u:{HID}",), HID), ("b64dec", ("dTpw",), "u:p"), ("b64dec", (HID,), HID),
    ("toJson", ({"b": [1, True], "a": SOMETHING},), f'{{"a":"{HID}","b":[1,true]}}'),
    ("toPrettyJson", ({"a": 1},), '{\n  "a": 1\n}'),
    ("fromJson", ('{"a": 1}',), {"a": 1}), ("fromJson", (HID,), SOMETHING),
    ("join", ("-", ["a", 1]), "a-1"), ("replace", ("a", "b", "aa"), "bb"), ("replace", ("a", HID, "aa"), HID),
    ("indent", (2, "a\nb"), "  a\n  b"), ("indent", (0, "a"), "a"), ("indent", (80, "a"), " " * 80 + "a"),
    ("nindent", (1, "a"), "\n a"),
    ("default", ("x", ""), "x"), ("default", ("x", "a"), "a"), ("default", ("x", HID), HID),
    ("default", ("x", f"a{HID}"), HID),
    ("default", ("x", SOMETHING), SOMETHING),
    ("dict", ("a", 1, HID, 2), {"a": 1, HID: 2}), ("list", (1, "a"), [1, "a"]), ("index", ({"a": {"b": 1}}, "a", "b"), 1),
    ("index", (Values(["a"]), "a"), HID), ("index", (Values(["a"]), "b"), ""), ("index", (Values(None), "b"), HID),
    ("index", (SOMETHING, "a"), SOMETHING), ("get", ({"a": 1}, "a"), 1), ("get", ({}, "a"), ""),
    ("get", (SOMETHING, "a"), SOMETHING),
    ("trim", (" a ",), "a"), ("lower", ("A",), "a"), ("upper", ("a",), "A"), ("trimSuffix", ("/", "a/"), "a"),
    ("trimPrefix", ("x:", "x:a"), "a"),
])  # fmt: skip
def test_what_a_function_gives(function: str, arguments: tuple[Any, ...], value: Any) -> None:
    found = FUNCTIONS[function](*arguments)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(("function", "arguments"), [
    ("printf", ("%d", "a")), ("printf", ("%d", True)), ("printf", ("%x", 1)), ("printf", ("%s", "a", "b")),
    ("printf", ("%",)),
    ("printf", (HID, "a")), ("printf", (7,)), ("print", ("a", 1)), ("quote", ([],)), ("toJson", (object(),)),
    ("b64dec", ("?",)),
    ("join", ("-", "ab")), ("join", (HID, ["a"])), ("indent", (-1, "a")), ("indent", (81, "a")), ("dict", ("a",)),
    ("dict", ("a", 1, "b")),
    ("dict", ([], 1)), ("get", ("a", "b")), ("get", ({}, HID)), ("index", (Values(None), HID)), ("trimSuffix", (HID, "a")),
])  # fmt: skip
def test_what_is_not_evaluated(function: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises((ValueError, IndexError)):
        FUNCTIONS[function](*arguments)


def test_the_values_of_a_template() -> None:
    assert Values(["a"]).field("a") == Values(None).field("b") == UNSEEN
    with pytest.raises(Missing, match=r"\Ab\Z"):
        Values(["a"]).field("b")
    assert (printed_as(SOMETHING), printed_as(False), printed_as(7)) == (UNSEEN, "false", "7")
