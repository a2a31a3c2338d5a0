"""The fast reader says what the exact one says wherever the gate lets it speak, and what cannot be read is said by its
code, at its line and column, without a word of the text that could be a password.
"""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.problems.position import Position
from mooring.problems.problem import Problem
from mooring.yaml.document import Document, read_fleet, read_manifests
from tests.support.corpus import PLACES, SCALARS, exact, texts
from tests.support.readers import ORDINARY, ORDINARY_PLACES, disagreement


@pytest.mark.parametrize("strict", [True, False], ids=["fleet", "manifest"])
@pytest.mark.parametrize("place", PLACES)
def test_fast_and_exact_reader_agree_over_the_corpus(place: str, strict: bool) -> None:
    found = [disagreement(text, strict=strict) for where, _, text in texts() if where == place]
    assert len(found) == len(SCALARS)
    assert list(filter(None, found)) == []


@pytest.mark.parametrize("place", ORDINARY_PLACES)
def test_ordinary_texts_are_read_fast(place: str) -> None:
    raw = [b"\xef\xbb\xbf" + PLACES[place].replace("@", scalar).encode() for scalar in ORDINARY]
    found = [document for text in raw for document in (*read_manifests(text, "a.yaml")[0], read_fleet(text, "a.yaml")[0])]
    assert len(found) == 2 * len(ORDINARY)
    # The exact reader hands over its nodes, the fast one has none.
    assert [item for item in found if item is None or item._node is not None] == []


LINES = st.sampled_from(("a: ", "b:\n", "  ", "- ", "{a: ", "[", "]", "}", ", ", ",", ": ", ":", "\n", "\n  ", "\n- ", " #",
                         "'", '"', "|\n", ">-\n  ", "\r\n", *PLACES.values()))  # fmt: skip
PIECES = st.one_of(LINES, st.sampled_from(SCALARS), st.text(max_size=4))


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=9).map("".join), st.sampled_from(SCALARS), st.booleans())
def test_fast_and_exact_reader_agree_over_any_text(text: str, scalar: str, strict: bool) -> None:
    assert disagreement(text.replace("@", scalar), strict=strict) is None


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "duplicate key": ("a: 1\nb: 2\n  \na: 3\n", "duplicate-key", 4, 1),
    "duplicate key in flow": ("x: {a: 1, a: 2}\n", "duplicate-key", 1, 11),
    "alias bomb": (BOMB, "syntax", 1, 1),
    "cyclic anchor": ("a: &a\n  b: *a\n", "syntax", 2, 6),
    "alias without anchor": ("a: 1\nb: *c\n", "syntax", 2, 4),
    "merge key": ("a: &a {b: 1}\nc:\n  <<: *a\n", "syntax", 3, 3),
    "merge key without value": ("a: {<<, b: 1}\n", "syntax", 1, 5),
    "tag": ("a:\n  b: !!str 1\n", "syntax", 2, 6),
    "bare tag": ("a: ! 1\n", "syntax", 1, 4),
    "number as key": ("a:\n  1: b\n", "syntax", 2, 3),
    "number as key in a flow list": ("a: [1: b]\n", "syntax", 1, 5),
    "number as key without value": ("a: {b: 1, 2, c: 3}\n", "syntax", 1, 11),
    "boolean as key": ("true: a\n", "syntax", 1, 1),
    "null as key": ("a: {~: b}\n", "syntax", 1, 5),
    "list as key": ("? [a]\n: b\n", "syntax", 1, 3),
    "endless number": ("a: .inf\n", "syntax", 1, 4),
    "second document": ("a: 1\n---\nb: 2\n", "syntax", 3, 1),
    "control character": ("a: 1\nb: x\x07y\n", "syntax", 2, 5),
    "unclosed quote": ("a: 1\nb: 'x\n", "syntax", 2, 4),
    "unclosed bracket": ("a: [1\nb: 2\n", "syntax", 1, 4),
    "long key": (f"a: 1\n{'k' * 1025}: 2\n", "syntax", 2, 1),
    "first long key": (f"- {'k' * 1025}: 2\n", "syntax", 1, 3),
    "long key in quotes": (f'a:\n  "{"k" * 1023}": 2\n', "syntax", 2, 3),
    "long key in a flow mapping": (f"a: {{b: 1, {'k' * 1025}: 2}}\n", "syntax", 1, 11),
    "long text with a colon": (f"a: {'k' * 1025} b: 2\n", "syntax", 1, 1031),
    "tab": ("a:\n\tb: 1\n", "syntax", 2, 1),
    "next line": ("a: 1\nb: x\x85y\n", "syntax", 2, 5),
    "line separator in quotes": ("a: 'x\u2028y'\n", "syntax", 1, 6),
    "paragraph separator in a comment": ("a: b\n# \u2029c: d\n", "syntax", 2, 3),
    "2^64 + 1": ("a: [18446744073709551617]\n", "syntax", 1, 5),
    "5,000 digits": (f"a: {'9' * 5000}\n", "syntax", 1, 4),
    "long hex": (f"a: 0x{'f' * 5000}\n", "syntax", 1, 4),
    "spaces on top of a text": ("a: |\n     \n   b\n", "syntax", 3, 4),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_a_fleet_file_is_refused_at_its_place(text: str, code: str, line: int, column: int) -> None:
    found, problems = read_fleet(text.encode(), "fleet.yaml")
    assert found is None
    assert [(p.code, p.line, p.column) for p in map(Problem.located, problems)][:1] == [(code, line, column)]


@pytest.mark.parametrize(("raw", "line", "column"), [
    (b"a: 1\nb: \xff\n", 2, 4), (b"a: \xc3(\n", 1, 4), ("a: 1\n".encode("utf-16"), None, None),
])  # fmt: skip
def test_what_is_not_utf_8_is_refused_at_its_byte(raw: bytes, line: int | None, column: int | None) -> None:
    for problems in (read_fleet(raw, "a.yaml")[1], read_manifests(raw, "a.yaml")[1]):
        assert [(p.code, p.line, p.column) for p in map(Problem.located, problems)] == [("syntax", line, column)]


@pytest.mark.parametrize(("raw", "data"), [
    (b"\xef\xbb\xbfa: 1\r\nb: x\r\n", {"a": 1, "b": "x"}),
    (b'a: "x\\u0085y\\N"\nb: "\\L\\u2029"\n', {"a": "x\x85y\x85", "b": "\u2028\u2029"}),
    (b"a: x\t\nb: &x\ty\nc:\t1\n", {"a": "x", "b": "y", "c": 1}),
    (b"a: yes\nb: 012\nc: 0o17\nd: 1:30\ne: 1_000\nf: 0b11\ng: ~\n",
     {"a": "yes", "b": 12, "c": 15, "d": "1:30", "e": "1_000", "f": "0b11", "g": None}),
    (b"a: 2027-02-30\nb: 2027-03-01T10:00:00Z\n", {"a": "2027-02-30", "b": "2027-03-01T10:00:00Z"}),
    (b"a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
    (b"a\tb: c \t d\ne: [f\tg, 'h\t']\ni: |\n  j\tk & l\n", {"a\tb": "c \t d", "e": ["f\tg", "h\t"], "i": "j\tk & l\n"}),
    (b"'~': 1\n\"1\": 2\n", {"~": 1, "1": 2}),
    (b"a: &x [\"b\":c, 'd':, e]\n", {"a": [{"b": "c"}, {"d": None}, "e"]}),
], ids=["bom and crlf", "escaped line breaks", "tabs between", "core types", "dates", "alias", "tabs",
"quoted keys", "quoted keys without a space"])  # fmt: skip
def test_a_fleet_file_is_read_as_yaml_1_2(raw: bytes, data: object) -> None:
    found, problems = read_fleet(raw, "fleet.yaml")
    assert problems == []
    assert found is not None
    assert exact(found.data) == exact(data)


@pytest.mark.parametrize(("text", "data"), [
    ("a: yes\nb: n\nc: 0o17\nd: 012\ne: 0b11\nf: 1_000\ng: 08\nh: 1:30\n",
     {"a": True, "b": False, "c": 15, "d": 10, "e": 3, "f": 1000, "g": 8.0, "h": "1:30"}),
    ("{\"a\":012}\n", {"a": 10}),
    ("a: 1.5_0\nb: -_1\nc: 1e1000\n", {"a": 1.5, "b": -1, "c": "1e1000"}),
    ("b: !!int '1'\nc: !!str 1\n", {"b": 1, "c": "1"}),
    ("1.10: a\n1e3: b\n123456789.5: c\ntrue: d\n", {"1.1": "a", "1000": "b", "1.2345679e+08": "c", "true": "d"}),
    # Keys are numbers of 32 bits: too large, too small, rounded, nearer to the number below, at a half of the last digit.
    ("1e39: a\n-1e39: b\n1e-46: c\n16777217.0: d\n118446744073709551616.5: e\n1.262177448353619e-29: f\n"
     "0.000244140625: g\n131072.125: h\n",
     {".inf": "a", "-.inf": "b", "0": "c", "1.6777216e+07": "d", "1.1844675e+20": "e", "1.2621775e-29": "f",
      "0.00024414063": "g", "131072.12": "h"}),
    ("a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
], ids=["numbers and booleans", "tight", "odd numbers", "tags", "keys", "float keys", "merge"])  # fmt: skip
def test_a_manifest_is_read_as_kubectl_does(text: str, data: object) -> None:
    found, problems = read_manifests(text, "a.yaml")
    assert problems == []
    assert [exact(item.data) for item in found] == [exact(data)]


def test_json_that_is_read_exactly_says_the_same() -> None:
    """Half a character has the exact reader look at it: `kubectl` puts a mark in its place."""
    words = '{"a": false, "b": true, "c": null, "d": [1, 1.5, "true"]'
    for more, data in (("}", {}), (', "e": "\\ud83d"}', {"e": "\ufffd"})):
        (document,), problems = read_manifests(words + more, "a.json")
        assert problems == []
        assert exact(document.data) == exact({"a": False, "b": True, "c": None, "d": [1, 1.5, "true"], **data})


def test_the_documents_of_a_manifest_keep_their_places() -> None:
    found, problems = read_manifests("# top\n---\na: 1\n---\nnull\n---\n\n---\nb: {c: 2}\n", "a.yaml")
    assert (problems, [item.data for item in found]) == ([], [{"a": 1}, {"b": {"c": 2}}])
    assert found[1].locate(("b", "c")) == Position(9, 8)
    assert found[1].locate(("b", "c"), key=True) == Position(9, 5)
    assert found[1].locate(("b", "d")) == Position(9, 4)


def test_one_bad_document_hides_no_other() -> None:
    found, problems = read_manifests("a: 1\n---\nb: 1\nb: 2\n---\nc: 3\n", "a.yaml")
    assert ([item.data for item in found], [p.code for p in problems]) == ([{"a": 1}, {"c": 3}], ["duplicate-key"])


SECRETS = (
    "password: hunter2\npassword: hunter2\n", "a: {password: hunter2, password: hunter2}\n", "password: !!x hunter2\n",
    "password: 'hunter2\n", "password: hunter2: x\n", "password: [hunter2\n", "password: hunter2\x07\n",
    "password: \"hunter2\\q\"\n", "password: *hunter2\n", "password: @hunter2\n", "password: |\n      \n   hunter2\n",
    "password: hunter2\n\tb: 1\n", "password: &a [hunter2, *a]\n", "password: hunter2\n--- x\n",
    "password: |\n  hunter2\n hunter2\n",
)  # fmt: skip


@pytest.mark.parametrize("text", SECRETS)
def test_no_problem_shows_a_password(text: str) -> None:
    found, problems = read_fleet(text, "fleet.yaml")
    assert found is None
    for problem in map(Problem.located, problems):
        assert "hunter2" not in repr(dataclasses.asdict(problem))
    read, problems = read_manifests("password: hunter2\n---\n" + text, "a.yaml")
    assert "hunter2" not in repr((read, [problem.located() for problem in problems]))
    assert "hunter2" not in repr(Document("a.yaml", text, {"password": "hunter2"}))


@pytest.mark.parametrize("text", ["a: yes\nb: no\n", "".join(f"a{number}: []\n" for number in range(30))])
def test_what_only_looks_odd_is_read_fast_in_a_fleet_file(text: str) -> None:
    """`yes` is a text there, and many brackets side by side are not deep."""
    document, problems = read_fleet(text.encode(), "fleet.yaml")
    assert document is not None and problems == []
    assert document._node is None


def test_the_allowances_of_a_text() -> None:
    """Line, code and reason of each comment that names its code; another word about mooring is none."""
    text = "a: 1  # mooring: allow schema: later  \nb: 2  # mooring: is nice\nc: 3\nd: 4 # mooring: allow drift: x: y\n"
    document, _ = read_fleet(text.encode(), "fleet.yaml")
    assert document is not None
    assert [*document.allowances()] == [(1, "schema", "later"), (4, "drift", "x: y")]


@pytest.mark.parametrize(("length", "is_read"), [(5, True), (6, False)])
def test_aliases_expand_to_one_million_characters_and_no_more(length: int, is_read: bool) -> None:
    """The text and its two aliases, one more for each node, and the keys: 5 + 3 × 333,330 + length."""
    documents, problems = read_manifests(f"a: &x {'k' * 333_329}\n{'b' * length}: [*x, *x]\n", "a.yaml")
    assert (len(documents), [problem.code for problem in problems]) == ((1, []) if is_read else (0, ["syntax"]))


def test_where_a_document_says_something() -> None:
    document, _ = read_fleet(b"a:\n  b: [1, {c: d}]\n  e:\n", "fleet.yaml")
    assert document is not None
    assert [document.has(route) for route in ((), ("a", "b"), ("a", "b", 1, "c"), ("a", "e"))] == [True] * 4
    assert [document.has(route) for route in (("b",), ("a", "b", 2), ("a", "b", 0, "c"), ("a", "e", "f"))] == [False] * 4
    assert document.locate(("a", "b", 1, "c")) == Position(2, 14)
    assert document.locate(("a", "b", 1, "c"), key=True) == Position(2, 11)
    assert document.locate(("a", "e")) == Position(3, 3), "an empty value stands nowhere: its key does"
    assert document.locate(("a", "none")) == Position(2, 3)


def test_a_line_behind_the_end_shows_nothing() -> None:
    document, _ = read_fleet(b"name: a\nkind: b", "fleet.yaml")
    assert document is not None
    shown = [document.excerpt(line, 1, ("name", "choice")) for line in (1, 2, 3)]
    assert shown == [("name: a", 1), ("kind: b", 1), ("", 1)]


def test_a_definition_is_read_fast_whatever_its_prose_looks_like() -> None:
    text = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: services.example.com}
spec:
  description: counts
    on 1.
    !all requests
  rule: 'a
    ? !b : c'
"""
    (definition,), problems = read_manifests(text.encode(), "a.yaml")
    assert problems == [] and definition.data["metadata"] == {"name": "services.example.com"}
    assert definition.data["spec"] == {"description": "counts on 1. !all requests", "rule": "a ? !b : c"}
    # The exact reader hands over its nodes, the fast one has none.
    assert definition._node is None
    (other,), _ = read_manifests(text.replace("CustomResourceDefinition", "Service").encode(), "a.yaml")
    assert other._node is not None


def test_a_definition_hides_no_pod() -> None:
    head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n"
    found, problems = read_manifests(f"{head}kind: Pod\n".encode(), "a.yaml")
    assert found == [] and [problem.code for problem in problems] == ["duplicate-key"]
    found, problems = read_manifests(f"{head}---\nkind: Pod\n".encode(), "a.yaml")
    assert [document.data["kind"] for document in found] == ["CustomResourceDefinition", "Pod"] and problems == []
    hidden = "kind: Pod\nspec: |\n  a\nkind: CustomResourceDefinition\n"
    found, problems = read_manifests(hidden.encode(), "a.yaml")
    assert found == [] and [problem.code for problem in problems] == ["duplicate-key"]
    quoted = 'apiVersion: v1\nkind: Pod\non: "\nkind: CustomResourceDefinition\n"\n'
    (pod,), _ = read_manifests(quoted.encode(), "a.yaml")
    assert pod.data == {"apiVersion": "v1", "kind": "Pod", "true": " kind: CustomResourceDefinition "}
