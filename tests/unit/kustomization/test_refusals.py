"""What does not survive a build by Kustomize: characters that it refuses, and keys too long for its JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.kustomization.refusals import _search, refusals


@pytest.mark.parametrize(("data", "found"), [
    ({"a": "x"}, []),
    ({"a": "\x7f"}, [("syntax", ("a",), False)]),
    ({"a": ["x", "\x80"]}, [("syntax", ("a", 1), False)]),
    ({"a": {"\uffff": "x"}}, [("syntax", ("a", "\uffff"), True)]),
    ({"a": "\x85"}, [("ambiguous-scalar", ("a",), False)]),
    ({"a": "\x85\x84"}, [("syntax", ("a",), False)]),
    ({"a": "\x9f", "b": "\ufffe"}, [("syntax", ("a",), False), ("syntax", ("b",), False)]),
    ({"a": "\xa0\x7e\ufffd\t\n"}, []),
    # A key's length is that of its JSON, quotes and all.
    ({"k" * 1022: 1}, []),
    ({"k" * 1023: 1}, [("syntax", ("k" * 1023,), True)]),
    ({"ä" * 600: 1}, []),
    # Go writes each of these as six characters: `\\u003c`.
    ({"<" * 170: 1}, []),
    ({"<" * 171: 1}, [("syntax", ("<" * 171,), True)]),
    ({">" * 171: 1}, [("syntax", (">" * 171,), True)]),
    ({"&" * 171: 1}, [("syntax", ("&" * 171,), True)]),
    ({"\u2028" * 171: 1}, [("syntax", ("\u2028" * 171,), True)]),
    ({'"' * 511: 1}, []),
    ({'"' * 512: 1}, [("syntax", ('"' * 512,), True)]),
])  # fmt: skip
def test_what_kustomize_cannot_build(data: dict[str, Any], found: list[tuple[str, tuple[str | int, ...], bool]]) -> None:
    assert [finding[:3] for finding in refusals(data, None)] == found


@pytest.mark.parametrize(("text", "searched"), [
    ("a: x\n", False), ('a: "\\u007f"\n', True), ('a: "\\u0080"\n', True), ('a: "\\ufffe"\n', True), ("? kkk\n: 1\n", True),
    ('a: "\\u00a0"\n', False),
])  # fmt: skip
def test_a_text_without_a_sign_of_it_is_not_searched(text: str, searched: bool) -> None:
    assert bool(list(refusals({"a": "\x7f"}, text))) is searched


TEXTS = st.text('ab"\\<\n\x1f\x7f\x80\x85\x9f\xa0\ufffd\ufffe\uffff\u2028\ud800🚢')
LONG = st.builds(lambda text, times: text * times, TEXTS, st.sampled_from((1, 160, 171, 342, 512, 1023)))


@given(st.recursive(st.one_of(LONG, st.integers(), st.none(), st.floats()), lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(LONG, inner, max_size=3))))  # fmt: skip
def test_what_is_not_searched_holds_nothing(value: Any) -> None:
    assert list(refusals({"a": value}, None)) == list(_search({"a": value}, ()))


def test_what_is_no_json_is_searched() -> None:
    deep: Any = "\x7f"
    for _ in range(100_000):
        deep = [deep]
    assert len(list(refusals({"a": deep}, None))) == 1
    assert len(list(refusals({"a": {1}, "b": "\x7f"}, None))) == 1
