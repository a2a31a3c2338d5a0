"""Whatever string, number or truth value is written as a scalar or a block, every reader of either YAML reads it back."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

import pytest
import ryaml
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mooring.yaml import resolution
from mooring.yaml.document import read_fleet, read_manifests
from mooring.yaml.dump import dump
from mooring.yaml.scalar import is_harmless, scalar
from mooring.yaml.scalar import text_scalar as written
from tests.support.corpus import SCALARS, exact

NASTY = ("yes", "012", "1_000", "0o17", "1:30", "~", "null", "a\x85b", "\x85", "🚢", "a\nb: c", "{{ 7*7 }}", "${HOME}",
         "robot$x", "x\nadmin: true", "- a", "a\n\nb\n", "\n a", "a \nb", "a\tb\nc", "\t", " ", "", "#", "a #b", "a: b",
         "a:", "\ufeffa", "a\u2028b\nc", "\x00", "\x7f", "\x9f", "\U0010ffff", "\ue000", "\ufffe", "\xad", "=", "<<",
         "'\"", "\\", "%a", "---", "---\na", "...", "a" * 2000, "key: |\n", "? a", "@a", "`a`", "[a", "a]", "{a", "a}, b",
         "a, b", "0x1F", ".5", "+1", "-1", "1e3", "0b1", "190:20:30.15", "a\n\n", "\n", "a\n", "a\n ",
         "2001-01-01", "!a", "&a", "*a", "a\u202eb", "\u2066a\u2069\nb", "\u061c", "\ufff9a", "\U000e0041", "\u2060a\nb\n",
         "::error::a", "a\n  ::add-mask::b\n", "a ##[group]b", '##["x"]', "###[a]\nb", "a\r::b", "\u3000::b", "##vso[a]b",
         "a\n\n::b", "a\n\xa0::b\u202e")  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from((*NASTY, *SCALARS)),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(alphabet="ab :#-\n'\"{}[],&*!|>%@`~\\=<?.0_ex\t\x85\u2028\ufeff", max_size=12),
)
KEYS = TEXTS.filter(lambda value: len(value) < 100)  # a key that `:` is to end at may not be longer
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.one_of(TEXTS, st.booleans(), st.none(), st.integers(-(1 << 63), (1 << 64) - 1), FINITE)
TREES = st.recursive(
    VALUES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=8
)
# Block places only: templates have no others (`test_closure.py`), so `--model_name={{.Name}}` may stay plain.
PLACES = ("a: {}\nb: 1\n", "- {}\n- 1\n", "- - {}\n  - 1\n", "a: {} # c\n", "a:\n- b: {}\n", "a:\n  b: {}", "a:\n  {}\n")


def readings(text: str) -> dict[str, Any]:
    """What each reader makes of a text; the kubernetes dialect and YAML 1.2 core with our exact reader."""
    manifests, fleet = read_manifests(text, "a.yaml"), read_fleet(text, "a.yaml")
    assert (manifests[1], fleet[1]) == ([], [])
    return {
        "YAML 1.1, PyYAML": yaml.safe_load(text),
        "YAML 1.2, ruamel": YAML(typ="safe", pure=True).load(text),
        "ryaml": ryaml.loads(text),  # type: ignore[attr-defined]
        "manifest": manifests[0][0].data,
        "fleet": fleet[0].data if fleet[0] else None,
    }


def expect(text: str, value: Any, *without: str) -> None:
    found = {name: exact(read) for name, read in readings(text).items() if name not in without}
    assert found == dict.fromkeys(found, exact(value)), text


@pytest.mark.parametrize("place", PLACES)
def test_nasty_strings_arrive_as_they_are(place: str) -> None:
    for value in (*NASTY, *SCALARS):
        expect(place.format(written(value)), filled(place, value))


def filled(place: str, value: Any) -> Any:
    """The data of a place that holds `value`."""

    def fill(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: fill(item) for key, item in data.items()}
        if isinstance(data, list):
            return list(map(fill, data))
        return value if data == "@" else data

    return fill(yaml.safe_load(place.format('"@"')))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(PLACES))
def test_any_string_is_read_back(value: str, place: str) -> None:
    expect(place.format(written(value)), filled(place, value))


@settings(max_examples=200, deadline=None)
@given(KEYS.filter(lambda value: value != "_"))
def test_any_string_is_read_back_as_a_key(value: str) -> None:
    expect(f"{written(value)}: 1\n", {value: 1})
    expect(f"- {written(value)}: 1\n  _: 2\n", [{value: 1, "_": 2}])


@settings(max_examples=300, deadline=None)
@given(VALUES, st.sampled_from(PLACES))
def test_any_scalar_is_read_back_with_its_type(value: object, place: str) -> None:
    # ryaml alone is left out for numbers: the gate keeps those it cannot read from it
    expect(place.format(scalar(value)), filled(place, value), *([] if isinstance(value, str) else ["ryaml"]))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=3))
def test_any_data_is_read_back_from_a_block(value: dict[str, Any]) -> None:
    expect(dump(value), value, "ryaml")


@pytest.mark.parametrize(
    "key", [*("k" * length for length in (998, 999, 1000, 1023, 1024, 1025)), "\x85" * 400, "é\n" * 600]
)
def test_a_key_of_any_length_is_read_back(key: str) -> None:
    for value in ("a", 1, "a\nb\n", {}, [], {"b": {key: [1]}}, [1, {key: "a", "b": [[1]]}, [{key: {key: 1}}]]):
        expect(dump({"a": 1, key: value, "b": [value]}), {"a": 1, key: value, "b": [value]})


@pytest.mark.parametrize("value", [value for value in NASTY if "\n" in value])
def test_texts_of_several_lines_arrive_in_a_block(value: str) -> None:
    data = {"a": value, "b": [value, {"c": value, "d": [[value]]}]}
    expect(dump(data), data)


@pytest.mark.parametrize("value", NASTY)
def test_neither_dialect_takes_a_plain_scalar_for_anything_else(value: str) -> None:
    if written(value)[:1] not in ("'", '"'):
        assert (resolution.core(value), resolution.kubernetes(value)) == (value, value)


def test_ordinary_strings_stay_plain() -> None:
    plain = ("harbor.ext.hp.com/p/r:1.0", "gs://a/b", "--model_name={{.Name}}", "$(HOME)", "two words", "robot$p+x")
    assert [written(value) for value in plain] == list(plain)


# As the runner does it: a line that begins with `::` behind white space, or `##` and a word and `[` anywhere in it.
RUNNER = re.compile(r"\s*::|.*##[A-Za-z]*\[", re.DOTALL)
COMMANDS = st.text(alphabet="::##[a\n \r\t\xa0\u3000\u202e\"'", max_size=14)


@settings(max_examples=500, deadline=None)
@given(st.one_of(COMMANDS, TEXTS), COMMANDS.filter(len))
def test_nothing_rendered_is_hidden_or_a_command(value: str, key: str) -> None:
    data = {"a": value, "k": {key: [value, {"b": [value]}]}, "n": [[value]]}
    rendered = dump(data)
    assert not [character for character in rendered if unicodedata.category(character) in HIDDEN and character != "\n"]
    assert not [line for line in rendered.splitlines() if RUNNER.match(line)], rendered
    expect(rendered, data)


# Controls, format and bidirectional characters, separators of lines.
HIDDEN = ("Cc", "Cf", "Zl", "Zp")


def test_every_hidden_character_is_escaped() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    hidden = [character for character in every if unicodedata.category(character) in HIDDEN and character != "\n"]
    assert len(hidden) > 200
    assert [hex(ord(character)) for character in hidden if character in dump({"a": f"b\n{character}c"})] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\u202eb", '"a\\u202eb"'),
        ("\U000e0041", '"\\U000e0041"'),
        ("::error::a", '"\\x3a:error::a"'),
        ("a\n ::b", '"a\\n \\x3a:b"'),
        ("a ##[error]b", '"a \\x23#[error]b"'),
        ('##["a"]', '"\\x23#[\\"a\\"]"'),
        ("a::b ## c", '"a::b ## c"'),
        ("a::b", '"a::b"'),
    ],
)
def test_an_escape_takes_away_what_they_do(value: str, expected: str) -> None:
    assert written(value) == expected
    assert dump({value: value}) == f"{expected}: {expected}\n"


def test_nesting_is_no_deeper_than_it_is_read() -> None:
    """A hundred levels, the deepest that are read: mappings and lists in turn."""
    data: Any = "a\nb"
    for _ in range(50):
        data = {"a": [data]}
    assert read_manifests(dump(data), "a.yaml")[0][0].data == data


def test_what_is_no_finite_number_is_written_as_yaml_has_it() -> None:
    """A fleet file has none, and JSON has none: but whoever reads it is to see what it was."""
    assert [scalar(value) for value in (math.inf, -math.inf, math.nan)] == [".inf", "-.inf", ".nan"]


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        written("\ud800")
    with pytest.raises(TypeError):
        scalar([])


@pytest.mark.parametrize(("text", "is_so"), [
    ("a: b\n", True), ("a: \u0645\u0631\n", True), ("a: \u202e\n", False), ("a: \x1b\n", False), ("::add-mask::x\n", False),
    ("##vso[task]x\n", False), ("a::b\n", True),
])  # fmt: skip
def test_a_text_that_a_reviewer_sees_whole(text: str, is_so: bool) -> None:
    assert is_harmless(text) is is_so
