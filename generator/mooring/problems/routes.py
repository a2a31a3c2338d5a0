"""Small changes to plain data, never in place: what is not on the way to a change is shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring.problems.position import Route


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


def stands(data: Any, route: Route) -> bool:
    """Whether something stands at `route`, be it null."""
    if not route:
        return True
    parent, last = get(data, route[:-1]), route[-1]
    if isinstance(last, int):
        return isinstance(parent, list) and last < len(parent)
    return isinstance(parent, dict) and last in parent


def put_all(data: Any, changes: Mapping[Route, Any]) -> Any:
    """A copy of `data` with a value at each route, none below another and all with a parent that exists.

    Each list and mapping on the way is copied once, however many changes are below it.
    """
    if not changes:
        return data
    if () in changes:
        return changes[()]
    below: dict[str | int, dict[Route, Any]] = {}
    for route, value in changes.items():
        below.setdefault(route[0], {})[route[1:]] = value
    if isinstance(data, list):
        return [put_all(item, below[index]) if index in below else item for index, item in enumerate(data)]
    known = data if isinstance(data, dict) else {}
    return {**known, **{step: put_all(known.get(str(step)), inner) for step, inner in below.items()}}


def pointer(route: Route) -> str:
    """The route as a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in route)


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
