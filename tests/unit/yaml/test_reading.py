"""A manifest is read as the cluster reads it, and what is odd is a problem at its place, never a crash: characters that only
some readers take for a line break, nesting, numbers, tags, JSON, and the way a file is cut into documents.
"""

from __future__ import annotations

import json

import pytest

from mooring.problems.problem import Problem
from mooring.yaml.document import read_fleet, read_manifests
from mooring.yaml.unreadable import DEPTH
from tests.support.breaks import CHARACTERS, IMAGE, POD, pods

BREAKING = ("NEL", "LS", "PS")


def read(text: str) -> tuple[list[object], list[tuple[str, str, int | None, int | None]]]:
    """The data of the documents, and (code, message, line, column) of the problems."""
    found, problems = read_manifests(text, "a.yaml")
    shown = [(p.code, p.message, p.line, p.column) for p in map(Problem.located, problems)]
    return [item.data for item in found], shown


@pytest.mark.parametrize("name", (*BREAKING, "CR"))
@pytest.mark.parametrize("image", [
    "IMAGE@#", "IMAGE@     # x", "@      IMAGE", "|-@      IMAGE", "!!str@      IMAGE", "IMAGE@    tty: true", "IMAGE@--- x",
    "IMAGE@... x", "IMAGE@---", "IMAGE@...\nx: 1", "'IMAGE@'", "IMAGE # @x",
])  # fmt: skip
def test_no_line_break_hides_an_image(name: str, image: str) -> None:
    text = POD.format(image=image.replace("IMAGE", IMAGE).replace("@", CHARACTERS[name]))
    data, problems = read(text)
    assert data == []
    at = text.index(CHARACTERS[name])
    assert problems[0] == (
        "syntax", "readers of YAML disagree on a character that some take for a line break",
        text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at),
    )  # fmt: skip


def test_a_spec_that_only_kubectl_saw_is_refused() -> None:
    text = "kind: Pod\nmetadata:\n  managedFields:\n  - fieldsV1: \u2028spec: {containers: [{image: a}]}\n"
    assert read(text)[1][0][1:] == ("readers of YAML disagree on a character that some take for a line break", 4, 15)


def test_every_pod_is_read_or_refused() -> None:
    for name, place, text in pods():
        data, problems = read(text)
        assert data or problems, (name, place)
        assert all(code in ("syntax", "duplicate-key") and line for code, _, line, _ in problems), (name, place)


NESTED = {
    "flow lists": ("[" * 60_000, 1, DEPTH + 1),
    "flow mappings": ("{a: " * 60_000, 1, DEPTH * 4 + 1),
    "closed lists": ("a: " + "[" * 500 + "]" * 500, 1, DEPTH + 3),
    "block lists": ("- " * 5000 + "a", 1, DEPTH * 2 + 1),
    "block mappings": ("".join(" " * depth + "a:\n" for depth in range(500)), DEPTH + 1, DEPTH + 1),
    "lists at their keys' columns": ("".join(" " * depth + "a:\n" + " " * depth + "-\n" for depth in range(0, 400, 1)),
    None, None),
    "one level too many": ("".join(" " * depth + "a:\n" for depth in range(DEPTH + 1)), DEPTH + 1, DEPTH + 1),
    "one list in a list too many": ("- " * (DEPTH + 1) + "a", 1, DEPTH * 2 + 1),
    "one list too many": ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), 1, DEPTH + 1),
    "complex keys": ("? " * 900 + "a", 1, DEPTH * 2 + 1),
    "brackets in a text": ("{a: '" + "[" * 900 + "', b: " + "[" * 900 + "}", 1, 911 + DEPTH),
    "json": ('{"a": ' * 700 + "1" + "}" * 700, 1, DEPTH * 6 + 1),
    "json lists": ('{"a": ' + "[" * 900 + "]" * 900 + "}", 1, DEPTH + 6),
    "two json objects": ('{"b": 1}\n{"a": ' + "[" * 900 + "]" * 900 + "}", 2, DEPTH + 6),
    "unclosed json": ('{"a": [' * 50_000, None, None),
    "aliases": (f"a: &a {'[' * 60}{']' * 60}\nb: {'[' * 60}*a{']' * 60}\n", 1, 1),
    "a chain of aliases": ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300)), 1, 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column"), NESTED.values(), ids=NESTED)
def test_deep_nesting_is_a_problem_at_its_place(text: str, line: int | None, column: int | None) -> None:
    data, problems = read(text)
    assert [code for code, *_ in problems] == ["syntax"]
    if line is not None:
        assert problems[0][1:] == (f"values are nested more than {DEPTH} deep", line, column)
    if "\n{" not in text:
        assert data == []
        assert read_fleet(text, "fleet.yaml")[0] is None


@pytest.mark.parametrize(("text", "depth"), [
    ("[" * DEPTH + "]" * DEPTH + "\n", DEPTH), ("- " * DEPTH + "a\n", DEPTH),
    ('{"a": ' * DEPTH + "1" + "}" * DEPTH + "\n", DEPTH),
    ("".join("  " * depth + "a:\n" for depth in range(DEPTH)), DEPTH),
], ids=["flow", "block", "json", "mappings"])  # fmt: skip
def test_the_deepest_nesting_is_read_by_both_readers(text: str, depth: int) -> None:
    data, problems = read(text)
    assert (len(data), problems) == (1, [])
    value, levels = data[0], 0
    while isinstance(value, (dict, list)):
        value, levels = (next(iter(value.values() if isinstance(value, dict) else value), None)), levels + 1
    assert levels == depth
    assert read("b: 0b1\nc:\n" + "".join(f"  {line}\n" for line in text.splitlines()))[1][0][0] == "syntax"


@pytest.mark.parametrize(("text", "value"), [
    (f"a: {'9' * 5000}", "9" * 5000), ("a: " + "9" * 100, 1e100), ("a: 0x" + "f" * 5000, "0x" + "f" * 5000),
    ("a: 18446744073709551617", 18446744073709551617.0), ("a: +18446744073709551615", 18446744073709551615.0),
    ("a: 0777777777777777777777777777777", 777777777777777777777777777777.0), ("a: 0b-101", -5), ("a: .1_5", 0.15),
    ("a: 0b" + "1" * 70, "0b" + "1" * 70),
])  # fmt: skip
def test_numbers_are_read_as_kubectl_reads_them(text: str, value: object) -> None:
    assert read(text) == ([{"a": value}], [])


@pytest.mark.parametrize(("text", "data"), [
    ("a: !!int '1'", 1), ("a: !!float 1", 1.0), ("a: !!bool yes", True), ("a: !!null ~", None), ("a: !!str 1", "1"),
    ("a: !!map {b: c}", {"b": "c"}), ("a: !!seq [b]", ["b"]),
    ("a: !!binary aGk=", "hi"),
    ("a: !!binary |\n  aG\n  k=", "hi"), ("a: !!str", ""), ("a: !!str\n  b", "b"),
])  # fmt: skip
def test_tags_say_what_a_scalar_is(text: str, data: object) -> None:
    assert read(text) == ([{"a": data}], [])


@pytest.mark.parametrize(("text", "column"), [
    ("a: !!int x", 4), ("a: !!int yes", 4), ("a: !!bool 1", 4), ("a: !!float x", 4), ("a: !!float 18446744073709551615", 4),
    ("a: !!null x", 4), ("a: !!binary x?", 4), ("a: !!binary gICA", 4), ("a: !!binary aGk", 4), ("a: !e!x 1", 4),
    ("a: !!", 4), ("a: !foo 1", 4), ("a: ! 1", 4), ("a: !!map x", 4), ("a: !!str {b: c}", 4), ("a: !!seq {b: c}", 4),
    ("a: !<tag:yaml.org,2002:int> 1", 4), ("a: !!%69nt 1", 4), ("a: &x: 1", 4), ("a: &x.y 1", 4), ("a: \"\\U11000000\"", 5),
    ("a: !<x", 4), ("a: [:a]", 5), ("a: {a?b}", 6), ("a: .inf", 4), ("~: a", 1), ("[a]: b", 1), ("%YAML 1.2", 1),
    ("a: \"\\/\"", 5), ("a: |0\n  b", 5), ("a: | b", 6), ("a: - b", 4), ("a: b: c", 5), ("a: \"\\ud800\"", 5),
    ("a: \"\\U00110000\"", 5),
    ("a: 'b", 4), ("a: @b", 4), ("a: &", 4), ("a: *b", 4), ("a: !!timestamp 2001-01-01", 4), ("a: 1\n<<: {a: 2}", 1),
])  # fmt: skip
def test_what_kubectl_refuses_or_reads_its_own_way_is_a_problem_at_its_place(text: str, column: int) -> None:
    data, problems = read(text)
    assert data == []
    assert [(code, at) for code, _, _, at in problems][:1] == [("syntax", column)]


@pytest.mark.parametrize(("text", "column"), [
    ("a: |#\n  b\nc: 1\nc: 2\n", 5), ("a: |+# c\n  b\nc: 1\nc: 2\n", 6), ("a: >-#\n\n  b\nc: 1\nc: 2\n", 6),
])  # fmt: skip
def test_a_comment_behind_a_texts_header_is_no_crash(text: str, column: int) -> None:
    assert read(text) == ([], [("syntax", "a `|` or `>` with something behind it", 1, column)])


@pytest.mark.parametrize(("text", "data"), [
    ('{"a": 1}{"b": 2}\n\n{"c": 3}', [{"a": 1}, {"b": 2}, {"c": 3}]),
    ('{"a": 1}\n---\nb: 2\n', [{"a": 1}, {"b": 2}]),
    ('{"a": "\\ud83d\\ude00\\/"}', [{"a": "\U0001f600/"}]),
    ('{"a": "\\ud83d"}', [{"a": "\ufffd"}]),
    (f'{{"{"k" * 2000}": 1}}', [{"k" * 2000: 1}]),
    ('{"a":\t1}', [{"a": 1}]),
    ('{"a": 18446744073709551617}', [{"a": 18446744073709551617.0}]),
    ("{a: 1, b: yes}", [{"a": 1, "b": True}]),
    ("\n\n  {\"a\": 1}\n  ", [{"a": 1}]),
    ('{"a": 1}\n# b\n', [{"a": 1}]),
])  # fmt: skip
def test_json_is_read_as_json(text: str, data: object) -> None:
    assert read(text) == (data, [])


@pytest.mark.parametrize(("text", "code", "line", "column"), [
    ('{"a": 1,\n "a": 2}', "duplicate-key", 2, 2), ('{"a": 1}{"b": 2}x', "syntax", 1, 17), ('{"a": 1e999}', "syntax", 1, 7),
    ('{"a": 1}\n{"b": 1, "b": 2}', "duplicate-key", 2, 10),
])  # fmt: skip
def test_json_problems_have_a_place(text: str, code: str, line: int, column: int) -> None:
    assert [(c, at, col) for c, _, at, col in read(text)[1]] == [(code, line, column)]


def test_a_file_is_cut_at_lines_that_begin_with_three_dashes() -> None:
    assert read("a: 1\n--- # c\nb: |\n  x\n  ---\n---\n---\nc: 3") == ([{"a": 1}, {"b": "x\n---\n"}, {"c": 3}], [])
    assert read("a: 1\n--- {b: 2}\nc: 3\n") == (
        [{"a": 1}, {"c": 3}], [("syntax", "text on the line of a `---`", 2, 5)],
    )  # fmt: skip
    assert [line for *_, line, _ in read("a: 1\n---x\nc: [\n---\nd: 1\n...\ne: 2\n")[1]] == [2, 4, 7]


@pytest.mark.parametrize("text", [" a: 1\nb: 2\n", "# c\n\n  a: 1\nb: 2\n", "{}\n a: 1\nb: 2\n", "---\n  - a\n- b\n"])
def test_a_document_that_ends_where_a_line_is_indented_less_is_refused(text: str) -> None:
    message = "text behind the end of the document, which `kubectl` does not read"
    assert [said for _, said, _, _ in read(text)[1]] == [message]
    assert read_fleet(text.removeprefix("{}\n"), "fleet.yaml")[0] is None


def test_a_separator_with_a_tight_comment_is_refused() -> None:
    assert read("---#\na: 1\n")[1] == [("syntax", "text on the line of a `---`", 1, 4)]


def test_a_byte_order_mark_stands_at_the_beginning_only() -> None:
    assert read_manifests("a: 1\n".encode("utf-8-sig"), "a.yaml")[1] == []
    assert read_manifests("a: 1\n---\n\ufeffb: 2\n".encode(), "a.yaml")[1][0].code == "syntax"


@pytest.mark.parametrize(
    "text", ["a: &x {b: [1, c: 2]}\nd: *x\ne: 1\ne: 2\n", json.dumps({"d": {"b": [{"c": 0}, {"c": 1}]}}, indent=1)]
)
def test_places_are_found_behind_aliases_and_in_json(text: str) -> None:
    found, problems = read_manifests(text.replace("e: 1\n", ""), "a.yaml")
    assert problems == []
    place = found[0].locate(("d", "b", 1, "c"))
    assert place is not None
    assert text.splitlines()[place.line - 1][place.column - 1] in "12"
