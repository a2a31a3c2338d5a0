"""Small changes to plain data, never in place: what is not on the way to a change is shared."""

from __future__ import annotations

from typing import Any

from mooring.position import Route


def get(data: Any, route: Route) -> Any:
    """What stands at `route`; None where nothing does."""
    for step in route:
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                return None
            data = data[step]
        elif isinstance(data, dict):
            data = data.get(step)
        else:
            return None
    return data


def put(data: Any, route: Route, value: Any) -> Any:
    """A copy of `data` with `value` at `route`, whose parent must exist."""
    if not route:
        return value
    step, rest = route[0], route[1:]
    if isinstance(step, int):
        return [put(item, rest, value) if index == step else item for index, item in enumerate(data)]
    return {**data, step: put(data.get(step), rest, value)}


def pointer(route: Route) -> str:
    """The route as a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in route)
