"""What the fleet's values are made of: a field with its help and its schema, and a named thing with its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source


def setting(description: str, *, default: Any = dataclasses.MISSING, named: str | None = None, **schema: Any) -> Any:
    """A field of the fleet file; `schema` is more JSON Schema for its value, `items` for a list's items."""
    metadata = {"description": description, "key": named, "schema": schema}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, metadata=metadata)
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: a source and the route in it."""

    source: Source
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A named thing of the fleet; `place` is where it was written, `raw` its data as it was written."""

    place: Place | None = dataclasses.field(default=None, compare=False, repr=False)
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    def problem(self, code: str, message: str, *route: str | int, **more: Any) -> Problem:
        """A problem of what stands at `route` in the item; it has no place where the item was not written."""
        if self.place is None:
            return Problem(code, message, **more)
        return Problem(code, message, self.place.source, (*self.place.route, *route), **more)
