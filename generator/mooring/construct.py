"""Nodes → plain data: resolves scalars, aliases and merge keys, and refuses what one dialect or the other forbids."""

from __future__ import annotations

import base64
import binascii
import math
import re
from dataclasses import dataclass, replace
from typing import Any

from mooring import dialect
from mooring.dialect import Resolve
from mooring.nodes import Node
from mooring.position import Position
from mooring.redaction import quote_key

_HALF = re.compile("[\ud800-\udfff]")
_BINARY = "tag:yaml.org,2002:binary"
_KEPT = 1000  # faults of one document: nobody reads more
_RESOLVED = tuple(f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "null"))


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    message: str
    position: Position
    hint: str = ""
    count: int = 1


class Refused(Exception):
    """What is wrong with a document that is YAML all the same."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def construct(root: Node, resolve: Resolve, *, strict: bool, limit: int) -> Any:
    """The document's data. `strict` (fleet files) refuses tags, merge keys and keys that are no strings.

    Raises `Refused` with every fault; aliases that expand to more than `limit` characters are one of them.
    """
    builder = _Builder(resolve, strict, limit)
    builder.measure(root)
    if builder.faults:
        raise Refused(builder.faults)
    data = builder.value(root)
    if builder.faults:
        raise Refused(sorted(builder.faults, key=lambda fault: fault.position))
    return data


class _Builder:
    def __init__(self, resolve: Resolve, strict: bool, limit: int) -> None:
        self.resolve = resolve
        self.strict = strict
        self.limit = limit
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node] = {}
        self.built: dict[int, Any] = {}
        self.aliased = False

    def fault(self, code: str, message: str, node: Node, hint: str = "") -> None:
        if len(self.faults) < _KEPT:
            self.faults.append(Fault(code, message, node.position, hint))
        else:
            self.faults[-1] = replace(self.faults[-1], count=self.faults[-1].count + 1)

    def measure(self, root: Node) -> None:
        """Refuses cyclic anchors and alias bombs by adding sizes up, without expanding anything."""
        sizes: dict[str, int | None] = {}
        written = self._size(root, sizes)
        if not self.faults and self.aliased and written > self.limit:
            self.fault("syntax", "aliases that expand to more than 1 MB", root, "write out what is needed")

    def _size(self, node: Node, sizes: dict[str, int | None]) -> int:
        if node.kind == "alias":
            self.aliased = True
            if node.anchor not in sizes:
                self.fault("syntax", "an alias without its anchor", node, "define the anchor before its first use")
            size = sizes.get(node.anchor or "", 0)
            if size is None:
                self.fault("syntax", "an anchor that holds an alias of itself", node, "take the alias out")
            return size or 0
        if node.anchor is not None:
            sizes[node.anchor] = None
        size = len(node.value) + 1
        size += sum(self._size(item, sizes) for item in node.items)
        size += sum(self._size(key, sizes) + self._size(value, sizes) for key, value in node.pairs)
        if node.anchor is not None:
            sizes[node.anchor] = size
        return size

    def value(self, node: Node) -> Any:
        if node.kind == "alias":
            return self.built.get(id(self.anchors.get(node.anchor or "")))
        if node.anchor is not None:
            self.anchors[node.anchor] = node
        if self.strict and node.tag is not None:
            self.fault("syntax", "a tag, which a fleet file does not know", node, "take it out")
        if node.kind == "scalar":
            result = self._scalar(node)
        elif node.kind == "sequence":
            result = [self.value(item) for item in node.items]
        else:
            result = self._mapping(node)
        self.built[id(node)] = result
        return result

    def _scalar(self, node: Node) -> Any:
        if _HALF.search(node.value):
            hint = "write the character itself, or one escape `\\U0001f600`"
            self.fault("syntax", "an escape of half a character", node, hint)
            return None
        if node.tag == _BINARY:
            try:
                return base64.b64decode(node.value).decode("latin-1")
            except (binascii.Error, ValueError):
                self.fault("syntax", "a `!!binary` value that is not base64", node)
                return None
        # A tag that nobody knows makes a text, as for `kubectl`.
        if node.tag not in _RESOLVED and (node.tag is not None or not node.plain):
            return node.value
        found = self.resolve(node.value)
        if isinstance(found, float) and not math.isfinite(found):
            self.fault("syntax", "a number that is none of JSON's", node, "put it in quotes, or write another number")
        return found

    def _mapping(self, node: Node) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.pairs:
            if key.kind == "scalar" and key.plain and key.value == "<<":
                if self.strict:
                    self.fault("syntax", "a merge key `<<`, which YAML 1.2 does not know", key, "write the keys out")
                found = self.value(value)
                for part in found if isinstance(found, list) else [found]:
                    if isinstance(part, dict):
                        merged = {**part, **merged}
                    elif not self.strict:
                        self.fault("syntax", "a merge key `<<` of something that is no mapping", key)
                continue
            name = self._key(key)
            if name in result:
                self.fault("duplicate-key", f"key {quote_key(name)} is given twice", key, "keep one of them")
            result[name] = self.value(value)
        return {**merged, **result} if merged else result

    def _key(self, key: Node) -> str:
        found = self.value(key) if key.kind in ("scalar", "alias") else None
        if isinstance(found, str):
            return found
        if isinstance(found, float) and not math.isfinite(found):
            return key.value  # that is a fault already
        name = dialect.key(found) if isinstance(found, (bool, int, float)) and not self.strict else None
        if name is None:
            self.fault("syntax", "a key that is not a string", key, "put the key in quotes")
        return key.value if name is None else name
