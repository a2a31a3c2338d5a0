"""Both readers of YAML on one text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.problems.position import Route
from mooring.redaction.kinds import KINDS
from mooring.yaml import document
from mooring.yaml.decoding import decode
from mooring.yaml.trees import tree
from tests.support.corpus import exact

# Every ordinary scalar in every ordinary place is read fast: a gate that lets nothing through would agree with anything.
ORDINARY = ("plain", "two words", "harbor.example.com/p/r:1.0", "gs://bucket/a/b", "12", "-7", "1.5", "0", "true", "false",
            "1Gi", "2027-03-01", "robot$x", "$(HOME)", "a-b", "30d", "é", "🚢")  # fmt: skip


ORDINARY_PLACES = ("value", "nested value", "value before a comment", "crlf", "item", "item in an item", "flow value",
                   "flow item", "tight flow item", "single quotes", "double quotes", "literal", "folded",
                   "second line")  # fmt: skip


def disagreement(text: str, *, strict: bool) -> str | None:
    """How the two readers differ over a text that the gate lets through; None where they agree, or it does not."""
    text, unreadable = decode(text, "a.yaml")
    if unreadable:
        return None
    if strict:
        fast, data = document._fast(text, strict=True)
        if not fast:
            return None
        quick, refused = [data] if data is not None else [], []
    else:
        read, refused = document._exact(text, "a.yaml", strict=False, fast=True)
        quick = [item.data for item in read]
    documents, problems = document._exact(text, "a.yaml", strict=strict)
    slow = [item.data for item in documents]
    if [p.message for p in problems] == [p.message for p in refused] and list(map(exact, quick)) == list(map(exact, slow)):
        return None
    return f"{text!r}: fast {quick!r}, exact {slow!r} {[p.message for p in problems]}"


def apart(text: str) -> str | None:
    """What the two readers of nodes tell differently of a manifest's documents that the gate lets through; None for nothing:
    the trees, the places of all routes, and what may be shown of every line."""
    text = decode(text, "a.yaml")[0]
    for found in document._exact(text, "a.yaml", strict=False, fast=True)[0]:
        quick = found.marked() if found.is_gated else None
        if quick is None:
            continue
        slow = document.Document("a.yaml", text, found.data, node=tree(text, found._part))
        for what in (_outline, _places, _lines):
            ours, theirs = what(found), what(slow)
            if ours != theirs:
                return f"{text!r}: fast {ours}, exact {theirs}"
    return None


def _outline(found: document.Document) -> Any:
    """All that a tree of nodes tells; a value that is not written stands nowhere."""

    def outlined(node: Any, *, of_key: bool = False) -> Any:
        inner = [*map(outlined, node.items), *((outlined(key), outlined(value, of_key=True)) for key, value in node.pairs)]
        index = None if of_key and node.plain and not node.value else node.index
        return node.kind, index, node.value, node.plain, node.tag, node.anchor, node.target, inner

    return outlined(found._root())


def _places(found: document.Document) -> Any:
    return [found.locate(route, key=key) for route in _routes(found.data, ()) for key in (False, True)]


def _routes(data: Any, route: Route) -> Iterator[Route]:
    """Every route of the data, and one that leads nowhere from each."""
    yield from (route, (*route, "nowhere"), (*route, 9))
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _routes(value, (*route, step))


def _lines(found: document.Document) -> Any:
    lines = [(number, column) for number in range(1, found.text.count("\n") + 2) for column in (1, 2, 5, 40)]
    hidden = [found.hidden((key,)) for key in ("name", "image", "nowhere")]
    return [found.excerpt(*place, KINDS) for place in lines], [set(one) & {"name", "image", "nowhere"} for one in hidden]
