"""JSON merge patch by the examples of its RFC, and what a patch drops by replacing a list."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.fleet.merge import dropped, merge


# The test cases of https://www.rfc-editor.org/rfc/rfc7386#appendix-A, all of them.
@pytest.mark.parametrize(("target", "patch", "result"), [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
])  # fmt: skip
def test_a_patch_is_merged_as_the_rfc_says(target: Any, patch: Any, result: Any) -> None:
    assert merge(target, patch) == result


def test_what_is_merged_stays_as_it_was() -> None:
    target, patch = {"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}}
    assert merge(target, patch) == {"a": {"b": 1, "d": 2}, "c": [1]}
    assert (target, patch) == ({"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}})


APP = {"name": "app", "image": "h.example.com/p/app:1"}
SIDE = {"name": "side", "image": "h.example.com/p/side:1"}


@pytest.mark.parametrize(("target", "patch", "words"), [
    ({"containers": [APP, SIDE]}, {"containers": [APP]}, [(("containers",), "drops container `side`")]),
    ({"containers": [APP]}, {"containers": [{"name": "app"}]}, [(("containers",), "drops the image of container `app`")]),
    ({"containers": [APP, SIDE]}, {"containers": []}, [
        (("containers",), "drops container `app`"), (("containers",), "drops container `side`"),
    ]),
    ({"predictor": {"containers": [APP]}}, {"predictor": {"containers": []}}, [
        (("predictor", "containers"), "drops container `app`"),
    ]),
    ({"containers": [{"name": "plain"}, APP]}, {"containers": []}, [(("containers",), "drops container `app`")]),
    ({"containers": [APP]}, {"containers": [SIDE, APP]}, []),
    ({"containers": [APP]}, {"containers": None}, []),
    ({"containers": [APP]}, {"other": []}, []),
    ({"env": [{"name": "A", "value": "1"}]}, {"env": []}, []),
    ({"args": ["a"]}, {"args": []}, []),
    ({"containers": [{"image": "x"}, {"name": 5, "image": "x"}, "x"]}, {"containers": []}, []),
    ({"containers": {"a": 1}}, {"containers": []}, []),
    ([APP], [], []),
    ({"containers": [APP]}, [], []),
])  # fmt: skip
def test_a_list_that_is_replaced_drops_what_it_held(
    target: Any, patch: Any, words: list[tuple[tuple[str, ...], str]]
) -> None:
    assert list(dropped(target, patch)) == words


def test_the_route_begins_where_it_is_said_to() -> None:
    assert list(dropped({"containers": [APP]}, {"containers": []}, ("spec",))) == [
        (("spec", "containers"), "drops container `app`")
    ]
