"""Where something stands: a route through plain data, and a line and column in a file.

A route is symbolic (`("services", 2, "spec")`) and is made into a line only when something is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mooring.redaction.kinds import key

Route = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z_$-][\w$-]*")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; line and column are 1-based."""

    line: int
    column: int


def show(route: Route) -> str:
    """The route as people write it: `spec.containers[0].image`, `metadata.labels["a.b/c"]`; a key that looks like no
    field's name is a mask."""
    parts: list[str] = []
    for step in route:
        if isinstance(step, int):
            parts.append(f"[{step}]")
            continue
        name = key(step)
        if _PLAIN.fullmatch(name):
            parts.append(f".{name}" if parts else name)
        else:
            parts.append(f'["{name}"]')
    return "".join(parts)
