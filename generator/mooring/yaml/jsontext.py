"""JSON as Go's encoding/json takes it: its end, its data, its nodes. `kubectl` reads a file that begins with `{` so."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from mooring.yaml.nodes import Node
from mooring.yaml.unreadable import DEPTH

_SPACE = re.compile(r"[ \t\n\r]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
_WORD = re.compile("true|false|null")
# Strings are passed over whole, and one without an end up to the end of the text: no character is looked at twice.
_BRACKET = re.compile(r'[\[\]{}]|"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_HALF = re.compile(r"[\ud800-\udfff]")
_HALF_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def number(text: str) -> int | float:
    """As Kubernetes takes a JSON number: an integer of 64 bits, else a float, which may be infinite here."""
    if text.lstrip("-").isdigit() and len(text) < 21 and -(1 << 63) <= int(text) < 1 << 63:
        return int(text)
    return float(text)


def _finite(text: str) -> int | float:
    found = number(text)
    if math.isinf(found):
        raise ValueError
    return found


def _refused(_: object) -> Any:
    raise ValueError


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


_DECODER = json.JSONDecoder(parse_constant=_refused, parse_int=str, parse_float=str)
_STRICT = json.JSONDecoder(parse_constant=_refused, object_pairs_hook=_unique, parse_int=_finite, parse_float=_finite)


def skip(text: str, begin: int) -> int:
    """Where the white space ends."""
    return _SPACE.match(text, begin).end()  # type: ignore[union-attr]


def _closed(text: str, begin: int) -> tuple[int, bool]:
    """Where the brackets that open at `begin` are closed, and whether they are nested too deeply to be read."""
    depth, deep = 0, False
    for match in _BRACKET.finditer(text, begin):
        depth += (match[0] in "[{") - (match[0] in "]}")
        deep = deep or depth > DEPTH
        if depth <= 0 or deep:
            return match.end(), deep
    return len(text), deep


def end(text: str, begin: int) -> int:
    """Where the JSON value that begins here ends. ValueError where none does, or none that can be read."""
    stop, deep = _closed(text, begin)
    if deep:
        raise ValueError
    return begin + _DECODER.raw_decode(text[begin:stop])[1]


def data(text: str) -> Any:
    """The value of a whole text. ValueError where something is to be said about it."""
    if _HALF_ESCAPE.search(text):
        raise ValueError
    return _STRICT.decode(text)


class Reader:
    """Reads one JSON text that `end` has found to be one; `start` is its place in the file."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = 0

    def document(self) -> Node:
        return self._value()

    def _value(self) -> Node:
        """The node of the JSON value that begins here; goes on behind it."""
        self.at = begin = skip(self.text, self.at)
        character = self.text[begin : begin + 1]
        if character == '"':
            value, self.at = scanstring(self.text, begin + 1, True)
            return Node("scalar", self.start + begin, _HALF.sub("\ufffd", value))
        if character not in "[{":
            match = _NUMBER.match(self.text, begin) or _WORD.match(self.text, begin)
            self.at = match.end()  # type: ignore[union-attr]
            return Node("scalar", self.start + begin, match[0], plain=True)  # type: ignore[index]
        node = Node("mapping" if character == "{" else "sequence", self.start + begin)
        self.at = skip(self.text, begin + 1)
        while self.text[self.at] not in "]}":
            if character == "{":
                key = self._value()
                self.at = skip(self.text, self.at) + 1
                node.pairs.append((key, self._value()))
            else:
                node.items.append(self._value())
            self.at = skip(self.text, self.at)
            if self.text[self.at] == ",":
                self.at = skip(self.text, self.at + 1)
        self.at += 1
        return node
