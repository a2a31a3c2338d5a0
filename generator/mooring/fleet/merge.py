"""JSON merge patch (https://www.rfc-editor.org/rfc/rfc7386), and what such a patch drops from a list it replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mooring.problems.position import Route
from mooring.redaction import quote


def merge(target: Any, patch: Any) -> Any:
    """`target` with `patch` merged in; neither is changed, untouched parts are shared."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def _named(items: Any) -> dict[str, Any]:
    if not isinstance(items, list):
        return {}
    return {item["name"]: item for item in items if isinstance(item, Mapping) and isinstance(item.get("name"), str)}


def dropped(target: Any, patch: Any, route: Route = ()) -> Iterator[tuple[Route, str]]:
    """Containers and images that `patch` takes out of `target` by replacing a list: (route in the patch, in words)."""
    if not isinstance(target, Mapping) or not isinstance(patch, Mapping):
        return
    for name, value in patch.items():
        before = target.get(name)
        here = (*route, name)
        if isinstance(before, list) and isinstance(value, list):
            old, new = _named(before), _named(value)
            for item, content in old.items():
                if "image" not in content:
                    continue
                if item not in new:
                    yield here, f"drops container {quote(item, 'name')}"
                elif "image" not in new[item]:
                    yield here, f"drops the image of container {quote(item, 'name')}"
        else:
            yield from dropped(before, value, here)
