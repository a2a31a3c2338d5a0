"""Nodes to data: what one dialect or the other refuses, with the character at which it stands."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.yaml import resolution
from mooring.yaml.constructor import Refused, construct
from mooring.yaml.exact import compose
from mooring.yaml.unreadable import Fault

HALF = 1 << 63


def read(text: str, *, strict: bool = False, limit: int = 1_000_000) -> Any:
    """The data of a text, as kubectl reads it, or with `strict` as a fleet file is read."""
    root = compose(text, core=strict)
    assert root is not None
    return construct(root, resolution.core if strict else resolution.kubernetes, strict=strict, limit=limit)


def faults(text: str, *, strict: bool = False, limit: int = 1_000_000) -> list[Fault]:
    with pytest.raises(Refused) as caught:
        read(text, strict=strict, limit=limit)
    return caught.value.faults


@pytest.mark.parametrize(("text", "data"), [
    ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
    ("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n", {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}}),
    ("a: &x {p: 1, q: 1}\nb: &y {p: 2}\nc: {<<: [*x, *y]}\n",
     {"a": {"p": 1, "q": 1}, "b": {"p": 2}, "c": {"p": 1, "q": 1}}),
    ("a: {<<: {p: 1}, q: 2}\n", {"a": {"p": 1, "q": 2}}),
    ('a: {"<<": 1}\n', {"a": {"<<": 1}}),
    ("1: a\nyes: b\n1.5: c\n.inf: d\n-.inf: e\n.nan: f\n",
     {"1": "a", "true": "b", "1.5": "c", ".inf": "d", "-.inf": "e", ".nan": "f"}),
    ("a: &k b\n*k : c\n", {"a": "b", "b": "c"}),
    ("a: !!str 1\nb: !!str yes\nc: !!int 3\nd: !!float 4\ne: !!bool yes\nf: !!null ~\n",
     {"a": "1", "b": "yes", "c": 3, "d": 4.0, "e": True, "f": None}),
    (f"a: !!float {HALF - 1}\nb: !!float -{HALF}\n", {"a": float(HALF - 1), "b": float(-HALF)}),
    (f"a: !!float -{HALF + 5000}\n", {"a": float(-HALF - 5000)}),
    ("a: !!binary aGk=\nb: !!binary |\n  aG\n  k=\n", {"a": "hi", "b": "hi"}),
    ("a: !!seq [1]\nb: !!map {c: 1}\n", {"a": [1], "b": {"c": 1}}),
])  # fmt: skip
def test_data_as_kubectl_reads_it(text: str, data: Any) -> None:
    found = read(text)
    assert repr(found) == repr(data)


@pytest.mark.parametrize(("text", "code", "index", "message"), [
    ("a: 1\na: 2\n", "duplicate-key", 5, "key `a` is given twice"),
    ("a: .inf\n", "syntax", 3, "a number that JSON does not have"),
    ("a: -.nan2\nb: .nan\n", "syntax", 13, "a number that JSON does not have"),
    ("a: !!int x\n", "syntax", 3, "a value that is not what its tag `!!int` says"),
    ("a: !!int yes\n", "syntax", 3, "a value that is not what its tag `!!int` says"),
    ("a: !!float yes\n", "syntax", 3, "a value that is not what its tag `!!float` says"),
    (f"a: !!float {HALF}\n", "syntax", 3, "a value that is not what its tag `!!float` says"),
    ("a: !!map [1]\n", "syntax", 3, "a value that is not what its tag `!!map` says"),
    ("a: !!seq x\n", "syntax", 3, "a value that is not what its tag `!!seq` says"),
    ("a: !!binary x\n", "syntax", 3, "a `!!binary` value that is not text in base64"),
    ("a: !!binary /w==\n", "syntax", 3, "a `!!binary` value that is not text in base64"),
    ("[a]: 1\n", "syntax", 0, "a key that is not a string"),
    (f"{1 << 63}: 1\n", "syntax", 0, "a key that is not a string"),
    ("~: 1\n", "syntax", 0, "a key that is not a string"),
    ("a: {<<: 1}\n", "syntax", 4, "a merge key `<<` of something that is not a mapping"),
    ("a: &x [1]\nb: {<<: [*x]}\n", "syntax", 14, "a merge key `<<` of something that is not a mapping"),
    ("a: &x {p: 1}\nb: {p: 2, <<: *x}\n", "syntax", 23, "a merge key `<<` behind a key that it brings too"),
    ("a: &x [*x]\n", "syntax", 7, "an anchor that contains an alias of itself"),
])  # fmt: skip
def test_what_kubectl_refuses_or_reads_its_own_way(text: str, code: str, index: int, message: str) -> None:
    [fault] = faults(text)
    assert (fault.code, fault.index, fault.message) == (code, index, message)


@pytest.mark.parametrize(("text", "index", "message"), [
    ("a: !!str 1\n", 3, "a tag, and a fleet file has none"),
    ("a: !own [1]\n", 3, "a tag, and a fleet file has none"),
    ("1: a\n", 0, "a key that is not a string"),
    ("true: a\n", 0, "a key that is not a string"),
    (".inf: a\n", 0, "a number that JSON does not have"),
    ("a: &x {p: 1}\nb: {<<: *x}\n", 17, "a merge key `<<`, and YAML 1.2 has none"),
    (f"a: {1 << 64}\n", 3, "a number of more than 64 bits"),
    (f"a: [{1 << 64}]\n", 4, "a number of more than 64 bits"),
])  # fmt: skip
def test_what_a_fleet_file_may_not_have(text: str, index: int, message: str) -> None:
    found = faults(text, strict=True)
    assert (found[0].index, found[0].message) == (index, message)


def test_faults_stand_in_the_order_of_the_text() -> None:
    assert [fault.index for fault in faults("b: {a: .inf, c: .nan}\na: .inf\n")] == [7, 16, 25]


def test_no_more_than_a_thousand_faults_are_kept() -> None:
    found = faults("[" + ".inf, " * 1005 + "]")
    assert (len(found), found[-1].count, found[-2].count) == (1000, 6, 1)
    assert len(faults("[" + ".inf, " * 999 + "]")) == 999


@pytest.mark.parametrize(("limit", "is_refused"), [(23, True), (24, False)])
def test_aliases_are_counted_as_what_they_expand_to(limit: int, is_refused: bool) -> None:
    """A node comes to its characters and one more: `[bbbb]` to 6, `[*x, *x]` to 13, each key to 2, the mapping to 1."""
    text = "a: &x [bbbb]\nc: [*x, *x]\n"
    if is_refused:
        assert [fault.message for fault in faults(text, limit=limit)] == ["aliases that expand to more than 1 MB"]
    else:
        assert read(text, limit=limit) == {"a": ["bbbb"], "c": [["bbbb"], ["bbbb"]]}
    assert read("a: [bbbb]\nc: [[bbbb], [bbbb]]\n", limit=1) == {"a": ["bbbb"], "c": [["bbbb"], ["bbbb"]]}, "no alias"


@pytest.mark.parametrize(("lists", "is_refused"), [(50, False), (51, True)])
def test_aliases_nest_no_deeper_than_values(lists: int, is_refused: bool) -> None:
    """The mapping, so many lists, and fifty more behind the alias."""
    text = f"a: &x {'[' * 50}x{']' * 50}\nb: {'[' * lists}*x{']' * lists}\n"
    if is_refused:
        assert [fault.message for fault in faults(text)] == ["values are nested more than 100 deep"]
    else:
        assert list(read(text)) == ["a", "b"]
