"""The exact reader: the nodes of a text with the characters where they begin, and what it refuses, at its character."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.yaml import exact
from mooring.yaml.exact import compose
from mooring.yaml.nodes import Node
from mooring.yaml.unreadable import Unreadable


def shown(node: Node) -> Any:
    """A scalar as text and place (`*` before a plain one), a list as a list, a mapping as its pairs."""
    if node.kind == "scalar":
        return f"{'*' if node.plain else ''}{node.value}@{node.index}"
    if node.kind == "sequence":
        return [shown(item) for item in node.items]
    return {shown(key): shown(value) for key, value in node.pairs} if node.kind == "mapping" else "alias"


@pytest.mark.parametrize(("text", "tree"), [
    ("a: b\n", {"*a@0": "*b@3"}),
    ("a:\n- b\n- c: 'd'\n", {"*a@0": ["*b@5", {"*c@9": "d@12"}]}),
    ("a: [b, {c: d}]\n", {"*a@0": ["*b@4", {"*c@8": "*d@11"}]}),
    ('{"a":1, "b" : [2]}\n', {"a@1": "*1@5", "b@8": ["*2@15"]}),
    ('["a":1]\n', [{"a@1": "*1@5"}]),
    ("a: b c\n  d\n\n  e\n", {"*a@0": "*b c d\ne@3"}),
    ("a:\tb\n", {"*a@0": "*b@3"}),
    ("a: |\n  b\n   c\n\n  d\ne: f\n", {"*a@0": "b\n c\n\nd\n@3", "*e@19": "*f@22"}),
    ("a: |\n\n  b\n", {"*a@0": "\nb\n@3"}),
    ("a: >-\n  b\n  c\n", {"*a@0": "b c@3"}),
    ("# x\n---\na: b\n", {"*a@8": "*b@11"}),
    ("'a': ''\nb:\n", {"a@0": "@5", "*b@8": "*@11"}),
    ("? a\n: b\n", {"*a@2": "*b@6"}),
    ("a: 'it''s'\nb: \"x\\ty\"\n", {"*a@0": "it's@3", "*b@11": "x\ty@14"}),
])  # fmt: skip
@pytest.mark.parametrize("core", [True, False], ids=["fleet", "manifest"])
def test_the_nodes_of_a_text(text: str, tree: Any, core: bool) -> None:
    root = compose(text, core=core)
    assert root is not None and shown(root) == tree


def test_places_are_counted_from_the_file_s_beginning() -> None:
    root = compose("a: &x b\nc: *x\n", 100)
    assert root is not None
    (_, first), (key, alias) = root.pairs
    assert (root.index, first.index, key.index, alias.index) == (100, 103, 108, 111)
    assert (first.anchor, alias.kind, alias.target) == ("x", "alias", first)


def test_a_tag_says_what_is_no_plain_scalar() -> None:
    root = compose("a: !!int 5\nb: 5\n")
    assert root is not None
    assert [(value.tag, value.plain) for _, value in root.pairs] == [("tag:yaml.org,2002:int", False), (None, True)]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_a_text_without_a_document(text: str) -> None:
    assert compose(text) is None and compose(text, core=True) is None


TOO_DEEP = "values are nested more than 100 deep"
LONG_KEY = "a key of more than 1,024 characters"
ODD = "readers of YAML disagree on "


@pytest.mark.parametrize(("text", "index", "message"), [
    ("a: *b\n", 3, "an alias without its anchor"),
    ("a: [b\n", 3, "a `[` is not closed"),
    ("a: b: c\n", 4, "a second `: ` on one line"),
    ("a: 'b\n", 3, "a quote is not closed"),
    ("a: \x01\n", 0, "a character that YAML does not allow"),
    ("a: \"\\ud800\"\n", 4, "an escape of half a character"),
    ("a: \"\\U00110000\"\n", 4, "an escape of no character"),
    ("a: \"x\\U00110000\"\n", 5, "an escape of no character"),
    ("[" * 101 + "]" * 101, 100, TOO_DEEP),
    ("a: {b: " + "[" * 99 + "]" * 99 + "}\n", 105, TOO_DEEP),
    ("a:\n" + "".join(f"{' ' * depth}b:\n" for depth in range(1, 102)), 5350, TOO_DEEP),
    ("k" * 1025 + ": a\n", 0, LONG_KEY),
    ("a: 1\n" + "k" * 1025 + ": b\n", 5, LONG_KEY),
    ("a: | x\n  b\n", 5, "a `|` or `>` with something behind it"),
    ("x: {" + "k" * 1025 + ": a}\n", 4, LONG_KEY),
    ("'" + "k" * 1030 + "': a\n", 0, LONG_KEY),
])  # fmt: skip
@pytest.mark.parametrize("core", [True, False], ids=["fleet", "manifest"])
def test_what_neither_dialect_takes(text: str, index: int, message: str, core: bool) -> None:
    with pytest.raises(Unreadable) as caught:
        compose(text, core=core)
    assert caught.value.message == message
    assert caught.value.index == index
    hints = {TOO_DEEP: "flatten them", LONG_KEY: "shorten it", "an escape of no character": "write the character itself"}
    assert caught.value.hint == hints.get(message, caught.value.hint)


@pytest.mark.parametrize("text", ["[" * 100 + "]" * 100, "a: {b: " + "[" * 98 + "]" * 98 + "}\n"])
def test_how_deep_brackets_may_be(text: str) -> None:
    assert compose(text) is not None


def test_a_key_as_long_as_one_may_be() -> None:
    for text in ("k" * 1023 + ": a\n", "x: {" + "k" * 1023 + ": a}\n"):
        assert compose(text) is not None


@pytest.mark.parametrize(("text", "index"), [
    ("%YAML 1.1\n---\na: b\n", 0), ("a: !own b\n", 3), ("a: &ä b\n", 3), ('a: "b\\/c"\n', 5),
    ('a: "b" \nc: "d\\/e\\/"\n', 13),
    ("a: {? b}\n", 4), ("a: b\u2028\n", 4), ("a: b\x85c\n", 4),
])  # fmt: skip
def test_what_readers_of_manifests_disagree_on(text: str, index: int) -> None:
    with pytest.raises(Unreadable) as caught:
        compose(text)
    assert caught.value.message.startswith(ODD) and caught.value.index == index


@pytest.mark.parametrize(("text", "value"), [("--- |\na\n", "a\n"), ("--- >\na\nb\n", "a b\n")])
def test_a_text_at_the_margin_is_yaml_1_2_alone(text: str, value: str) -> None:
    """In a manifest it is to be indented, as for `kubectl`: else the text is empty, and something stands behind it."""
    root = compose(text, core=True)
    assert root is not None and root.value == value
    with pytest.raises(Unreadable) as caught:
        compose(text)
    assert caught.value.message == "text behind the end of the document, which `kubectl` does not read"
    assert caught.value.index == text.index("a")


def test_a_slash_that_is_escaped_is_json_s_in_single_quotes_too() -> None:
    root = compose("a: 'b\\/c'\n")
    assert root is not None and shown(root) == {"*a@0": "b\\/c@3"}


@pytest.mark.parametrize(("text", "index"), [("a: 1\n---\nb: 2\n", 9), ("a: 1\n...\nb: 2\n", 9), ("a: 1\n...\n]\n", 9)])
def test_text_behind_the_document(text: str, index: int) -> None:
    """A fleet file is one document; `kubectl` cuts a manifest at `---` alone, and reads nothing behind `...`."""
    for core, message, hint in (
        (True, "a fleet file must be one document", "put the other one into a file of its own"),
        (False, "text behind the end of the document, which `kubectl` does not read", "begin a document with a line `---`"),
    ):
        with pytest.raises(Unreadable) as caught:
            compose(text, core=core)
        assert (caught.value.message, caught.value.hint, caught.value.index) == (message, hint, index)


def test_what_is_too_long_is_refused_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "LONGEST", 10)
    assert compose("a: 5678901") is not None
    with pytest.raises(Unreadable) as caught:
        compose("a: 56789012")
    slow = "which is too long to be read where it holds something odd"
    hint = "split it, or quote odd values such as `012` and `no`"
    assert (caught.value.message, caught.value.index, caught.value.hint) == (
        f"a document of more than 10 characters, {slow}",
        0,
        hint,
    )
    monkeypatch.setattr(exact, "LONGEST", 1000)
    monkeypatch.setattr(exact, "MOST_EVENTS", 8)
    assert compose("[a]\n") is not None
    with pytest.raises(Unreadable) as caught:
        compose("[a, b, c, d]\n")
    assert (caught.value.message, caught.value.hint) == (f"a document of more than 8 values and brackets, {slow}", hint)
    assert caught.value.index == 13


def test_no_document_is_longer_than_a_request_to_an_api_server() -> None:
    """Of 3 MiB at most: what is longer is read by nobody."""
    assert compose("x" * 3_145_728) is not None
    with pytest.raises(Unreadable, match=r"more than 3,145,728 characters"):
        compose("x" * 3_145_729)


@pytest.mark.parametrize("error", [ValueError, IndexError, AttributeError, TypeError, AssertionError, RecursionError])
def test_a_slip_of_the_library_is_no_crash(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Said where the last event began, and without the library's words."""
    events = exact._Yaml.parse

    def slips(self: Any, text: str) -> Any:
        for number, event in enumerate(events(self, text)):
            if number == 4:
                raise error("canary")
            yield event

    monkeypatch.setattr(exact._Yaml, "parse", slips)
    with pytest.raises(Unreadable) as caught:
        compose("a: b\n")
    assert (caught.value.message, caught.value.index) == ("this is not YAML", 0)
