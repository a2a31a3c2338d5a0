"""YAML text → a tree of nodes with positions: the exact reader, and the only importer of ruamel.yaml.

Nothing is resolved here: a node knows its text, its style and where it stands; what a scalar means is `dialect`'s. Its
errors are in our own words, because the library's may quote the text, and the text may hold a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from mooring.position import Position


@dataclass(slots=True, eq=False)
class Node:
    """`kind` is scalar, mapping, sequence or alias; `pairs` are a mapping's, `items` a sequence's, in order."""

    kind: str
    position: Position
    value: str = ""
    plain: bool = False
    tag: str | None = None
    anchor: str | None = None
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)


class Unreadable(Exception):
    """The text is no YAML: in words, with a hint, and where. Never holds any of the text."""

    def __init__(self, message: str, position: Position | None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.hint = hint


# What the library says → what we say, and a hint; the first that fits.
_WORDS = (
    ("found character '\\t'", "a tab stands where indentation belongs", "indent with spaces"),
    ("cannot start any token", "a character stands here that cannot begin a value", "put the value in quotes"),
    ("mapping values are not allowed", "a second `: ` on one line", "put the value in quotes, or indent what belongs below"),
    ("expected ',' or ']'", "a `[` is not closed, or a comma is missing", "close it with `]`"),
    ("expected ',' or '}'", "a `{` is not closed, or a comma is missing", "close it with `}`"),
    ("unexpected end of stream", "a quote is not closed", "close the quote"),
    ("could not find expected ':'", "a key without `:`", "write `key: value`, and indent texts of several lines"),
    ("expected <block end>", "this line is indented differently from its neighbours", "align it with the lines above"),
    ("found undefined alias", "an alias without its anchor", "define the anchor before its first use"),
    ("unknown escape", "a backslash before a character that needs none", "double the backslash, or use single quotes"),
    ("more indented follow up line", "spaces stand alone on a text's first line", "take them out, or indent them alike"),
    ("duplicate anchor", "two anchors of one name", "give one of them another name"),
)  # fmt: skip


# `:` belongs to a key of at most so many characters on one line (https://yaml.org/spec/1.2.2/#742-flow-mappings).
_LONGEST = 1024
_INDENT = re.compile(r" *(?:- +)*")


def _long_key(line: str) -> int | None:
    """How long the key is that the line ends with, if that is too long for the `:` that follows."""
    ends = [line.rfind(mark) + len(mark) for mark in ("{", ", ") if mark in line]
    indent = _INDENT.match(line)
    key = line[max([indent.end() if indent else 0, *ends]) :]
    return len(key) if len(key) > _LONGEST and ": " not in key else None


def _unreadable(error: YAMLError, text: str) -> Unreadable:
    if isinstance(error, ReaderError):
        return Unreadable("a control character, which YAML does not allow", None, "take it out, or write it as an escape")
    said, position = "", None
    if isinstance(error, MarkedYAMLError):
        said = f"{error.context or ''} {error.problem or ''}"
        mark = error.problem_mark or error.context_mark
        position = Position(mark.line + 1, mark.column + 1) if mark else None
        here = text[mark.index : mark.index + 1] if mark else ""
        before = text[text.rfind("\n", 0, mark.index) + 1 : mark.index] if mark else ""
        if here == ":" and (length := _long_key(before)) is not None:
            start = Position(mark.line + 1, mark.column + 1 - length)
            return Unreadable("a key of more than 1,024 characters", start, "shorten it")
        if here == "\t" and before.strip():
            return Unreadable("a tab, which not every reader takes here", position, "write a space")
    for part, message, hint in _WORDS:
        if part in said:
            return Unreadable(message, position, hint)
    return Unreadable("this is no YAML", position, "")


# Line breaks of YAML 1.1, which 1.2 takes for any other character; the library takes them for both.
_NO_BREAKS = ("\x85", "\u2028", "\u2029")
_PRIVATE = range(0xE000, 0xF900)
# A tab inside a plain scalar, which the library does not know; where it could be anything else, it is left to the library.
_INNER_TAB = re.compile(r"(?<=\w) *+\t[ \t]*+(?=\w)")
_NO_SCALAR = re.compile(r"---|%|.*[&*!]")


def compose(text: str, *, core: bool = False) -> Iterator[Node | None]:
    """The root node of each document (None for an empty one). Raises `Unreadable` where it cannot go on.

    `core` reads line breaks as YAML 1.2 does: NEL and the like stand in for themselves.
    """
    hidden: dict[str, str] = {}
    characters = ("\t", *(_NO_BREAKS if core else ()))
    if any(character in text for character in characters):
        free = (chr(code) for code in _PRIVATE if chr(code) not in text)
        hidden = dict(zip(characters, free, strict=False))
    events = YAML(typ="safe", pure=True).parse(_hide(text, hidden))
    shown = {ord(private): character for character, private in hidden.items()}
    try:
        for event in events:
            if type(event).__name__ == "DocumentStartEvent":
                root = _node(events, next(events), shown)
                empty = root.kind == "scalar" and root.plain and not root.value and root.tag is None
                yield None if empty else root
    except YAMLError as error:
        raise _unreadable(error, text) from None
    except RecursionError:
        raise Unreadable("nested too deeply", None, "flatten it") from None
    except (ValueError, IndexError, StopIteration):
        # The library's own slips on odd input (`\U00110000`, a cut stream).
        raise Unreadable("this is no YAML", None, "") from None


def _hide(text: str, hidden: dict[str, str]) -> str:
    """The text with what the library takes for something else behind characters that it does not look at."""
    if "\t" in hidden and "\t" in text:
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if "\t" in line and not _NO_SCALAR.match(line):
                lines[number] = _INNER_TAB.sub(lambda match: match[0].replace("\t", hidden["\t"]), line)
        text = "\n".join(lines)
    return text.translate({ord(character): private for character, private in hidden.items() if character != "\t"})


def _node(events: Any, event: Any, shown: dict[int, str]) -> Node:
    position = Position(event.start_mark.line + 1, event.start_mark.column + 1)
    name = type(event).__name__
    if name == "AliasEvent":
        return Node("alias", position, anchor=event.anchor)
    tag = str(event.tag) if event.tag is not None else None
    if name == "ScalarEvent":
        value = event.value.translate(shown) if shown else event.value
        return Node("scalar", position, value, event.style is None, tag, event.anchor)
    if name == "SequenceStartEvent":
        node = Node("sequence", position, tag=tag, anchor=event.anchor)
        for inner in events:
            if type(inner).__name__ == "SequenceEndEvent":
                break
            node.items.append(_node(events, inner, shown))
        return node
    node = Node("mapping", position, tag=tag, anchor=event.anchor)
    for inner in events:
        if type(inner).__name__ == "MappingEndEvent":
            break
        key = _node(events, inner, shown)
        node.pairs.append((key, _node(events, next(events), shown)))
    return node
