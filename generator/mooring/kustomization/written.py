"""A kustomization as it goes to Kustomize: as mooring has read it, without the entries that are left out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mooring.problems.position import Route
from mooring.yaml.document import Document
from mooring.yaml.dump import dump


@dataclass(slots=True)
class Written:
    """The kustomization of `folder`, at `path` of the repository; `left` are the routes that are left out."""

    document: Document
    folder: Path
    path: str
    data: Any = None
    left: set[Route] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.data = copy.deepcopy(self.document.data)

    def put(self, route: Route, value: Any) -> None:
        """Writes another value than the document has."""
        data = self.data
        for step in route[:-1]:
            data = data[step]
        data[route[-1]] = value

    def leave(self, route: Route) -> None:
        """Leaves out the entry that a route leads to, or through: what a list of the kustomization holds, or a field."""
        self.left.add(route[:2] if len(route) > 1 and isinstance(route[1], int) else route[:1])

    def text(self) -> bytes:
        """The kustomization without what is left out of it."""
        data = copy.deepcopy(self.data)
        # From the end: the entries before it keep their places.
        for route in sorted(self.left, key=lambda route: (str(route[0]), route[1:]), reverse=True):
            holder = data[route[0]] if len(route) > 1 else data
            if len(route) == 1 or (isinstance(holder, list) and len(holder) == 1):
                data.pop(route[0], None)
            else:
                del holder[route[1]]
        if self.left and isinstance(data, Mapping) and not set(data) - {"apiVersion", "kind"}:
            data = {**data, "metadata": {"name": "left-out"}}  # Kustomize refuses one that says nothing
        return dump(data).encode()
