"""What does not survive a build by Kustomize: characters that it refuses, and keys too long for its JSON."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kustomization.refusals import refusals


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
