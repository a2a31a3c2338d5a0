"""A text, or a part of one → its tree of nodes, which stand where they do in the whole text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mooring.problems.position import Route
from mooring.yaml.nodes import Node
from mooring.yaml.stream import Part, parts

if TYPE_CHECKING:
    from mooring.yaml.marked import MarkedNode


def text_of_part(text: str, part: Part) -> str:
    """What `kubectl` reads of the part: it ends every line, the last one too."""
    found = text[part.begin : part.end]
    return found if part.json or not found or found.endswith("\n") else f"{found}\n"


def tree(text: str, part: Part | None, *, core: bool = False) -> Node | None:
    """The root of one part of a text, the whole of which is a fleet file; None for an empty one. Raises `Unreadable`."""
    from mooring.yaml.exact import compose
    from mooring.yaml.jsontext import Reader

    if part is None or core:
        return compose(text, core=True)
    found = text_of_part(text, part)
    return Reader(found, part.begin).document() if part.json else compose(found, part.begin)


def marked_tree(text: str, part: Part) -> MarkedNode | None:
    """The same of a part that the gate has let through, from libyaml; None where that refuses it, or is not there."""
    try:
        from mooring.yaml.marked import compose
    except ImportError:  # a PyYAML that was built without it
        return None
    return compose(text_of_part(text, part), part.begin)


def marked_place(text: str, part: Part, route: Route, *, key: bool) -> int | None:
    """Where a route leads in such a part (its key with `key`), and no nodes; None where only they can tell."""
    try:
        from mooring.yaml.marked import place
    except ImportError:
        return None
    return place(text_of_part(text, part), part.begin, route, key=key)


def trees(text: str) -> Iterator[Node]:
    """The root of each document of a manifest that is not empty. Raises `Unreadable`."""
    for part in parts(text):
        if not isinstance(part, Part):
            raise part
        root = tree(text, part)
        if root is not None:
            yield root
