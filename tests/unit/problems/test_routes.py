"""Routes through plain data: what stands there, a copy with changes, and a JSON pointer."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.problems.position import Route, show
from mooring.problems.routes import as_list, as_text, get, pointer, put_all, stands

DATA = {"a": [{"b": 1}, {"b": 2}], "c": {"d": None}}


@pytest.mark.parametrize(("route", "found"), [
    ((), DATA), (("a", 1, "b"), 2), (("a", 2), None), (("a", 2, "b"), None), (("a", "b"), None), (("c", 0), None),
    (("c", "d"), None), (("c", "d", "e"), None), (("x",), None),
])  # fmt: skip
def test_what_stands_at_a_route(route: Route, found: Any) -> None:
    assert get(DATA, route) == found


@pytest.mark.parametrize(("changes", "result"), [
    ({}, DATA),
    ({(): 5}, 5),
    ({("a", 0, "b"): 9}, {"a": [{"b": 9}, {"b": 2}], "c": {"d": None}}),
    ({("a", 0, "b"): 8, ("a", 1, "b"): 9, ("c", "e"): 1}, {"a": [{"b": 8}, {"b": 9}], "c": {"d": None, "e": 1}}),
    ({("c", "d", "e"): 1}, {"a": [{"b": 1}, {"b": 2}], "c": {"d": {"e": 1}}}),
    ({("x", "y"): 1}, {**DATA, "x": {"y": 1}}),
])  # fmt: skip
def test_a_copy_with_changes(changes: dict[Route, Any], result: Any) -> None:
    assert put_all(DATA, changes) == result
    assert DATA == {"a": [{"b": 1}, {"b": 2}], "c": {"d": None}}


def test_what_is_not_on_the_way_is_shared() -> None:
    copy = put_all(DATA, {("a", 0, "b"): 9})
    assert (copy["c"] is DATA["c"], copy["a"][1] is DATA["a"][1]) == (True, True)


@pytest.mark.parametrize(("route", "there"), [
    ((), True), (("a",), True), (("a", 0), True), (("a", 0, "b"), True), (("c",), True),
    (("a", 2), False), (("a", "b"), False), (("b",), False), (("c", 0), False), (("a", 5, "b"), False),
    (("c", "b", "d"), False),
])  # fmt: skip
def test_what_stands(route: Route, there: bool) -> None:
    assert stands({"a": [{"b": None}, 2], "c": None}, route) is there


@pytest.mark.parametrize(("route", "written", "shown"), [
    ((), "", ""),
    (("a", 0, "b"), "/a/0/b", "a[0].b"),
    ((0, "a"), "/0/a", "[0].a"),
    (("metadata", "labels", "a.b/c~d"), "/metadata/labels/a.b~1c~0d", 'metadata.labels["***"]'),
    (("metadata", "labels", "a.b/c"), "/metadata/labels/a.b~1c", 'metadata.labels["a.b/c"]'),
    (("two words",), "/two words", '["***"]'),
])  # fmt: skip
def test_a_route_as_a_json_pointer_and_as_people_write_it(route: Route, written: str, shown: str) -> None:
    assert (pointer(route), show(route)) == (written, shown)


def test_values_of_another_type_are_empty() -> None:
    assert (as_text("a"), as_text(5), as_text(None)) == ("a", "", "")
    assert (as_list([1]), as_list("a"), as_list(None)) == ([1], [], [])
