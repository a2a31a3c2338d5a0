"""Nodes → plain data: resolves scalars, aliases and merge keys, and refuses what one dialect or the other forbids."""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import replace
from typing import Any

from mooring.redaction import quote_key
from mooring.yaml import resolution
from mooring.yaml.nodes import Node
from mooring.yaml.resolution import Resolve
from mooring.yaml.unreadable import DEPTH, Fault

_SHORT = "tag:yaml.org,2002:"
_BINARY = f"{_SHORT}binary"
_KINDS = {f"{_SHORT}map": "mapping", f"{_SHORT}seq": "sequence"}
# Tags that say what a scalar is to be; any other makes a text, as for `kubectl`.
_TYPES: dict[str, tuple[type, ...]] = {
    f"{_SHORT}bool": (bool,), f"{_SHORT}int": (int,), f"{_SHORT}float": (int, float), f"{_SHORT}null": (type(None),),
}  # fmt: skip
_KEPT = 1000  # faults of one document: nobody reads more


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
        raise Refused(sorted(builder.faults, key=lambda fault: fault.index))
    return data


class _Builder:
    def __init__(self, resolve: Resolve, strict: bool, limit: int) -> None:
        self.resolve = resolve
        self.strict = strict
        self.limit = limit
        self.faults: list[Fault] = []
        self.built: dict[int, Any] = {}
        self.aliased = False

    def fault(self, code: str, message: str, node: Node, hint: str = "") -> None:
        if len(self.faults) < _KEPT:
            self.faults.append(Fault(code, message, node.index, hint))
        else:
            self.faults[-1] = replace(self.faults[-1], count=self.faults[-1].count + 1)

    def misfit(self, node: Node, tag: str) -> None:
        hint = "take the tag out, or write a value of that type"
        self.fault("syntax", f"a value that is not what its tag `!!{tag[len(_SHORT) :]}` says", node, hint)

    def measure(self, root: Node) -> None:
        """Refuses cyclic anchors, alias bombs and what aliases nest too deeply, without expanding anything."""
        size, depth = self._size(root, {})
        if not self.faults and self.aliased and size > self.limit:
            self.fault("syntax", "aliases that expand to more than 1 MB", root, "write out what is needed")
        if not self.faults and depth > DEPTH + 1:
            self.fault("syntax", f"values are nested more than {DEPTH} deep", root, "flatten them")

    def _size(self, node: Node, sizes: dict[int, tuple[int, int] | None]) -> tuple[int, int]:
        """How many characters the node comes to, and how deep it is."""
        if node.target is not None:
            self.aliased = True
            found = sizes[id(node.target)]
            if found is None:
                self.fault("syntax", "an anchor that contains an alias of itself", node, "take the alias out")
            return found or (0, 0)
        sizes[id(node)] = None
        size, depth = len(node.value) + 1, 0
        for inner in (*node.items, *(part for pair in node.pairs for part in pair)):
            more, below = self._size(inner, sizes)
            size += more
            depth = max(depth, below + 1)
        sizes[id(node)] = (size, depth)
        return size, depth

    def value(self, node: Node) -> Any:
        """The value of a node; None where it has a fault."""
        if node.target is not None:
            return self.built.get(id(node.target))  # what is not built has a fault
        if self.strict and node.tag is not None:
            self.fault("syntax", "a tag, and a fleet file has none", node, "take it out")
        elif node.tag is not None and (node.kind != "scalar" or node.tag in _KINDS) and _KINDS.get(node.tag) != node.kind:
            self.misfit(node, node.tag)
        if node.kind == "scalar":
            result = self._scalar(node)
        elif node.kind == "sequence":
            result = [self.value(item) for item in node.items]
        else:
            result = self._mapping(node)
        self.built[id(node)] = result
        return result

    def _scalar(self, node: Node) -> Any:
        if node.tag is None or self.strict:
            found = self.resolve(node.value) if node.plain else node.value
        else:
            found = self._tagged(node, node.tag)
        if isinstance(found, float) and not math.isfinite(found):
            big = not node.value.lower().endswith(("inf", "nan"))
            what = "a number of more than 64 bits" if big else "a number that JSON does not have"
            self.fault("syntax", what, node, "put it in quotes, or write another number")
        return found

    def _tagged(self, node: Node, tag: str) -> Any:
        """The value of a scalar with a tag, which its text must fit."""
        if tag == _BINARY:
            return self._binary(node)
        if tag not in _TYPES:
            return node.value
        found = self.resolve(node.value)
        fits = isinstance(found, _TYPES[tag]) and (not isinstance(found, bool) or bool in _TYPES[tag])
        if tag.endswith("float") and isinstance(found, int) and fits:
            fits = found < 1 << 63
            found = float(found)
        if not fits:
            self.misfit(node, tag)
            return None
        return found

    def _binary(self, node: Node) -> str | None:
        text = node.value.replace("\n", "").replace("\r", "")
        try:
            return base64.b64decode(text, validate=True).decode()
        except (binascii.Error, ValueError):
            self.fault("syntax", "a `!!binary` value that is not text in base64", node, "write the text itself")
            return None

    def _mapping(self, node: Node) -> dict[str, Any]:
        """The value of a mapping; a key that is given twice is a fault."""
        result: dict[str, Any] = {}
        written: set[str] = set()
        for key, value in node.pairs:
            if key.kind == "scalar" and key.value == "<<" and key.plain:
                self._merge(key, value, result)
                continue
            name = self._key(key)
            if name in written:
                self.fault("duplicate-key", f"key {quote_key(name)} is given twice", key, "keep one of them")
            written.add(name)
            result[name] = self.value(value)
        return result

    def _merge(self, key: Node, value: Node, result: dict[str, Any]) -> None:
        """Adds what a `<<` brings. What stands before it is not overridden by every reader, so that is refused."""
        self.value(key)
        self.value(value)
        if self.strict:
            self.fault("syntax", "a merge key `<<`, and YAML 1.2 has none", key, "write the keys out")
            return
        merged: dict[str, Any] = {}
        for source in reversed(value.items) if value.kind == "sequence" else (value,):
            if (source.target or source).kind != "mapping":
                self.fault("syntax", "a merge key `<<` of something that is not a mapping", key)
                return
            merged |= self.built.get(id(source.target or source), {})
        if any(name in result for name in merged):
            self.fault("syntax", "a merge key `<<` behind a key that it brings too", key, "put the `<<` first")
        result |= merged

    def _key(self, key: Node) -> str:
        """A key as text, as JSON has it; its text where it has a fault."""
        node = key.target or key
        if node.kind != "scalar":
            self.fault("syntax", "a key that is not a string", key, "put the key in quotes")
            return ""
        before = len(self.faults)
        found = self.value(key)
        if isinstance(found, str):
            return found
        if isinstance(found, float) and not math.isfinite(found) and not self.strict:
            del self.faults[before:]  # no value of JSON's, but a key there
            return ".nan" if math.isnan(found) else ".inf" if found > 0 else "-.inf"
        if len(self.faults) > before:
            return node.value
        name = resolution.key(found) if isinstance(found, (bool, int, float)) and not self.strict else None
        if name is None:
            self.fault("syntax", "a key that is not a string", key, "put the key in quotes")
        return node.value if name is None else name
