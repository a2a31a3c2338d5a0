"""Good objects of every kind that mooring reads, and each with every node in turn replaced by what does not belong there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mooring.problems.position import Route

ODD: tuple[Any, ...] = (
    None, 5, -1, 1.5, True, "", "x", [], ["x"], {}, {"a": {}}, [[]], [None], 1 << 64, {"name": {"a": []}}, [{"name": ["x"]}],
)  # fmt: skip

OBJECTS = (Path(__file__).parents[1] / "data" / "objects.yaml").read_text()


def nodes(data: Any, route: Route = ()) -> Iterator[Route]:
    """The route of every node."""
    yield route
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield from nodes(value, (*route, step))


def replaced(data: Any, route: Route, value: Any) -> Any:
    """A copy of `data` with another value at a route."""
    if not route:
        return value
    copy = data.copy()
    copy[route[0]] = replaced(data[route[0]], route[1:], value)
    return copy


def spoilt(data: Any) -> Iterator[tuple[Route, Any, Any]]:
    """Every node in turn replaced by every odd value: where, what, and the whole."""
    for route in nodes(data):
        for value in ODD:
            yield route, value, replaced(data, route, value)
