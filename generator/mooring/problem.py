"""What is wrong, as a value: every stage returns problems, only `report/` prints them.

A problem names its place symbolically (a `Source` and a route); `located()` makes that a file, line and column, and
is called once, when something is to be reported, because computing positions costs a second reading of the file.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, Protocol

from mooring.redaction import mask_snippet
from mooring.position import Position, Route, show

Severity = Literal["error", "warning", "note"]


class Source(Protocol):
    """A text that a problem can stand in: `document.Document` is one."""

    @property
    def path(self) -> str:
        """POSIX path as it is shown, relative to the working directory."""

    @property
    def text(self) -> str:
        """The whole text of the file."""

    def locate(self, route: Route, *, key: bool = False) -> Position | None:
        """Where the value at `route` begins (its key with `key=True`); the nearest ancestor's place where it is absent."""

    def has(self, route: Route) -> bool:
        """Whether something stands at `route`."""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """The Kubernetes object that a problem is about; `namespace` is empty for a cluster-scoped one."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def as_json(self) -> dict[str, str]:
        """The object as other tools read it."""
        return {"apiVersion": self.api_version, "kind": self.kind, "namespace": self.namespace, "name": self.name}


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a pull path: what holds there, and where; the places are as in `Problem`."""

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    source: Source | None = None
    route: Route = ()

    def located(self) -> Step:
        """The same step with file, line and column, free of its source."""
        if self.source is None:
            return self
        position = self.source.locate(self.route)
        line, column = (position.line, position.column) if position is not None else (None, None)
        return Step(self.message, self.source.path, line, column)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    `message` is lower case, without a full stop, names the fault and never holds a credential. `expected` and `hint`
    are optional further lines. `line` and `column` are 1-based, or None where the place is the file or nothing;
    `snippet` is the line with credentials masked, and `caret` the column in it. `flow` is the pull path from the image
    to the broken link, as far as it stands in files, for the formats that can show one.
    """

    code: str
    message: str
    source: Source | None = None
    route: Route = ()
    at_key: bool = False
    expected: str = ""
    hint: str = ""
    object: ObjectRef | None = None
    environment: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    snippet: str = ""
    caret: int = 1
    severity: Severity = "error"
    silenced: str | None = None
    flow: tuple[Step, ...] = ()

    @property
    def shown_route(self) -> str:
        return show(self.route)

    def located(self) -> Problem:
        """The same problem with file, line, column and the (masked) source line filled in, free of its source."""
        if self.source is None:
            return self
        position = self.source.locate(self.route, key=self.at_key) if self.line is None else None
        line = self.line if position is None else position.line
        column = self.column if position is None else position.column
        lines = self.source.text.split("\n")
        snippet, caret = mask_snippet(lines, line - 1, column or 1) if line and line <= len(lines) else ("", 1)
        if self.code == "plaintext-credential":
            snippet = snippet[: caret - 1] + "***"
        return dataclasses.replace(
            self, source=None, file=self.file or self.source.path, line=line, column=column, snippet=snippet, caret=caret,
            flow=tuple(step.located() for step in self.flow),
        )  # fmt: skip
