"""Which fields of two objects differ, as routes: what stands in them is not said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from mooring.redaction import quote_key

_LISTED = 4


def differing(before: Any, after: Any, route: tuple[str, ...] = (), depth: int = 4) -> Iterator[tuple[str, ...]]:
    """The routes of what differs, at most `depth` keys long; a list is one value."""
    if before == after:
        return
    if depth and isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}, key=str):
            yield from differing(before.get(key), after.get(key), (*route, str(key)), depth - 1)
    else:
        yield route


def named(routes: Collection[tuple[str, ...]]) -> str:
    """Routes in words, the first of them."""
    words = [".".join(quote_key(key).strip("`") for key in route) for route in routes]
    more = f" and {len(words) - _LISTED} more fields" if len(words) > _LISTED else ""
    return ", ".join(f"`{word}`" for word in words[:_LISTED]) + more
