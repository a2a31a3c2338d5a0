"""Documents made from a schema, and broken copies of documents: what two judges of one schema must agree about."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Route = tuple[str | int, ...]
UNKNOWN = "mooringUnknown"
DEEP = 40  # levels; deeper than any schema that does not contain itself
REPLACEMENTS: Mapping[str, Any] = {
    "null": None, "text": "text", "empty": "", "number": 7, "whole-float": 7.0, "negative": -1, "float": 1.5, "big": 2**70,
    "true": True, "list": [], "list-of-null": [None], "mapping": {}, "mapping-of-null": {"key": None},
}  # fmt: skip


def filled(schema: Mapping[str, Any], depth: int = DEEP) -> Any:
    """A document with every field that the schema knows, each list with one item, each map with `key`; leaves are null."""
    return _filled(schema, schema.get("$defs", {}), depth)


def _filled(node: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Any:
    while "$ref" in node:
        node = defs[node["$ref"].removeprefix("#/$defs/")]
    if "const" in node:
        return node["const"]
    kinds = node.get("type", ())
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if depth and "object" in kinds:
        more = node.get("additionalProperties")
        made = {key: _filled(value, defs, depth - 1) for key, value in node.get("properties", {}).items()}
        return made | ({"key": _filled(more, defs, depth - 1)} if isinstance(more, Mapping) else {})
    if depth and "array" in kinds:
        return [_filled(node.get("items", {}), defs, depth - 1)]
    return None


def leaves(document: Any) -> Any:
    """The same document with text for its nulls, so that what a leaf may be is judged as well."""
    if isinstance(document, dict):
        return {key: leaves(value) for key, value in document.items()}
    if isinstance(document, list):
        return [leaves(value) for value in document]
    return "text" if document is None else document


def routes(document: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Every node with its place."""
    yield route, document
    steps = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for step, value in steps:
        yield from routes(value, (*route, step))


def changed(document: Any, route: Route, value: Any) -> Any:
    """A copy with another value at the place."""
    made = copy.deepcopy(document)
    _parent(made, route)[route[-1]] = value
    return made


def broken(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every copy with one fault at one place; apiVersion and kind stay, they name the schema."""
    for route, node in routes(document):
        yield from broken_at(document, route, node)


def broken_at(document: Mapping[str, Any], route: Route, node: Any) -> Iterator[tuple[str, Any]]:
    """Named copies, each with one fault at the place of `node` (or none: a judge says)."""
    if isinstance(node, dict):
        yield f"unknown {route}", changed(document, (*route, UNKNOWN), "x")
    if not route or route in (("apiVersion",), ("kind",)):
        return
    for name, value in REPLACEMENTS.items():
        if node != value or type(node) is not type(value):
            yield f"{name} {route}", changed(document, route, value)
    last = route[-1]
    made = copy.deepcopy(document)
    value = _parent(made, route).pop(last)
    yield f"missing {route}", made
    if isinstance(last, str):
        yield f"misspelt {route}", changed(made, (*route[:-1], f"{last}s"), value)


def _parent(document: Any, route: Route) -> Any:
    for step in route[:-1]:
        document = document[step]
    return document
