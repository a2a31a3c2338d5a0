"""What is to be rendered: a path, the template that makes it, and the values the template places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of the tree before it is text.

    `path` is POSIX and relative to the repository; `template` is `<family>/<name>` below `templates/`, without its
    ending; `context` holds plain data only; `about` is what the planner made it of (a service's `InjectedObject`).
    """

    path: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    about: Any = None
