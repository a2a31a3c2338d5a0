"""What the fast reader may read: here a scalar that both readers take for the same, and each that they would not."""

from __future__ import annotations

import pytest

from mooring.yaml import gate


@pytest.mark.parametrize(("text", "fleet", "manifest"), [
    ("a: b\n", True, True), ("a: 12\n", True, True), ("a: -1.5\n", True, True), ("a: true\n", True, True),
    ('{"a":1}\n', True, True),
    ("a: yes\n", True, False), ("a: Off\n", True, False), ("a: yesterday\n", True, True),
    ("a: &x 1\n", False, False), ("a: *x\n", False, False), ("a: !!str 1\n", False, False), ("? a\n", False, False),
    ("a: ~\n", False, False),
    ("a: 012\n", False, False), ("a: 0x1f\n", False, False), ("a: 1_000\n", False, False),
    ("a: 123456789012345\n", False, False),
    ("a: 12345678901234\n", True, True), ("a: 1e3\n", False, False), ("a: 1.\n", False, False), ("a: .5\n", False, False),
    ("a: .inf\n", False, False), ("a: +1\n", False, False), ("a: -_1\n", False, False), ("1: a\n", False, False),
    ("true: a\n", False, False),
    ("a:\n  <<: *b\n", False, False), ("a:\n- b\n...\n", False, False), ("%YAML 1.2\n", False, False),
    ("a: |  # c\n  b\n", False, False),
    ("a: |\n   \n  b\n", False, False), ("a: |\n  b\n", True, True), ("a:\tb\n", False, False), ("a: b\r\n", False, False),
    ("a: \u2028\n", False, False), ("a: \x85\n", False, False), ("a: ü\n", True, True),
    ("a: {b: 1, c: 2}\n", True, True), ("a: [b, c]\n", True, True), ("a: [b,, c]\n", False, False),
    ("a: [:b]\n", False, False),
    ("a: {? b}\n", False, False), ("a: [- b]\n", False, False), ("a: [-1]\n", True, True),
    ("a: [--b=c, --d]\n", True, True), ("a: [--, b]\n", False, False), ("a: [---]\n", False, False),
    ("a: [b,-]\n", False, False),
    # A `?` is odd in a flow collection, and wherever one may go on.
    ("a: b?\nc: []\n", True, True), ("a: ^(x)?$\nb: {c: d}\n", True, True), ("- [a]\n- b?\n", True, True),
    ("a: '[?'\nb: [c]\n", True, True), ("a: |\n  [ -f x ]\n  ls a?\nb: c\n", True, True),
    ("a: [b?]\n", False, False), ("a: [b,\n  c?]\n", False, False), ('a: ["?"]\n', False, False),
    ("a:\n  [b,\n  c]\nd: e?\n", False, False), ("a: {b: [c]}\nd: e?\n", False, False), ("a: [b] # c?\n", False, False),
    ('a: [ "]",\n b?]\n', False, False), ("[a,\n b?]\n", False, False), ('{"a":[\n b?]}\n', False, False),
    # What is odd in a flow collection is not odd in a text.
    ("a: x[:y]\nb: [c]\n", True, True), ("a: x[:y]\nb: [:c]\n", False, False), ("a: x[:y]\nb: [c,\n :d]\n", False, False),
    # Behind a word and a space, or in `names[*]`, no value begins.
    ("a: b on 1. c\n", True, True), ("a: b && !c ? !d : e\n", True, True), ("a: x[*].y\n", True, True),
    ("a: b # on\n", True, True), ("a: b:\n  on\n", True, False), ("a: [b, on]\n", True, False), ("- - on\n", True, False),
    ("a: [b, *c]\n", False, False), ("a: [*c]\n", False, False), ("a: b, &c d\n", False, False),
    ("a: ^(?:[b?])\nc: []\n", True, True),
    ("a: in ['b', 'c']\nd: e?\n", True, True), ("a:\n  ['b', 'c']\nd: e?\n", True, True), ("a: ['b?']\n", False, False),
    ('a: "b\\/c"\n', True, False), ("a: << b\n", True, True), ("a: <<\n", True, True), ("<<: a\n", False, False),
])  # fmt: skip
def test_what_may_be_read_fast(text: str, fleet: bool, manifest: bool) -> None:
    assert (gate.is_plain(text, strict=True), gate.is_plain(text, strict=False)) == (fleet, manifest)


DEFINITION = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"


@pytest.mark.parametrize(("more", "is_plain"), [
    ("", True), ("a: b\n  on c\n", True), ("a: >-\n  b\n  1. c\n", True), ("a: '!b\n  ? !c\n  : d'\n", True),
    ("a: b\\/c\n", True), ("a: &b c\n", False), ("a: *b\n", False),
    ("a: [b, *c]\n", False), ("a: [b, &c]\n", False), ("a: {b: *c}\n", False),
    ("a: [b,\n  *c]\n", False), ("a: [b, c]\n", True), ("a: b, *c\n", True), ("a: x[*].y\n", True), ("a: b && c\n", True),
    ("<<: a\n", False), ("a: |  # c\n  b\n", False), ("a: \x85\n", False), ("a:\n- b\n...\n", False), ("a: {? b}\n", False),
])  # fmt: skip
def test_a_definition_that_may_be_read_fast(more: str, is_plain: bool) -> None:
    assert gate.is_plain_definition(DEFINITION + more) is is_plain
    assert gate.is_plain_definition(DEFINITION.replace("kind: C", "kind:  C") + more) is False


@pytest.mark.parametrize(("text", "is_plain"), [
    ("a: " + "[" * 50 + "]" * 50 + "\n", True),
    ("a: " + "[" * 51 + "]" * 51 + "\n", False),
    ("a: " + "[]," * 60 + "\n", True),
    ("".join(f"a{n}: []\n" for n in range(60)), True),
    # A bracket that closes nothing opens nothing.
    ("a: ']]]]'\n" + "".join(f"a{n}: []\n" for n in range(60)), True),
    ("a: ']]]]'\nb: " + "[" * 51 + "]" * 51 + "\n", False),
    ("a: '" + "{" * 51 + "'\n", False),
])  # fmt: skip
def test_what_nests_deeply_is_left_to_the_exact_reader(text: str, is_plain: bool) -> None:
    assert gate.is_plain(text, strict=True) is is_plain


@pytest.mark.parametrize(("text", "could"), [
    ("a: b\n", False), ("[]" * 20, False), ("[]" * 21, True), ("{}" * 21, True), ("[{}]" * 11, True),
    ("a:\n" + " " * 39 + "b\n", False), ("a:\n" + " " * 40 + "b\n", True), ("- " * 20 + "b\n", True),
])  # fmt: skip
def test_a_text_that_could_be_deep(text: str, could: bool) -> None:
    assert gate.could_be_deep(text) is could


def nested(depth: int) -> object:
    value: object = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(("data", "are_text"), [
    ("x", True), (5, True), (None, True), ([], True), ({}, True), ({"a": [1, {"b": None}]}, True),
    ({1: "a"}, False), ({"a": {None: 1}}, False), ({"a": [{"b": {True: 1}}]}, False), ([{1: 2}], False),
    ([[], [{1: 2}]], False),
])  # fmt: skip
def test_whether_all_keys_are_texts(data: object, are_text: bool) -> None:
    assert gate.keys_are_text(data) is are_text


@pytest.mark.parametrize(("data", "is_deep"), [
    ("x", False), (nested(1), False), (nested(100), False), (nested(101), True), ({"a": [nested(98)]}, False),
    ({"a": [nested(99)]}, True),
    ([{}] * 500, False),
])  # fmt: skip
def test_data_that_is_too_deep(data: object, is_deep: bool) -> None:
    assert gate.is_too_deep(data) is is_deep
