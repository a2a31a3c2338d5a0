"""What is wrong, as a value: every stage returns problems, only `report/` prints them.

A problem names its place symbolically (a `Source` and a route); `located()` makes that a file, line and column, and
is called once, when something is to be reported, because computing positions costs a second reading of the file.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from mooring import rules
from mooring.problems.position import Position, Route, show
from mooring.redaction import MASK, Kind, listed, shown
from mooring.rules import Severity


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

    def excerpt(self, line: int, column: int, kinds: Collection[Kind]) -> tuple[str, int]:
        """What may be shown around `column` of `line` (both 1-based), with scalars of `kinds`; and the column in that."""

    def hidden(self, route: Route) -> Collection[str]:
        """Steps of the route, and perhaps others, that may be something else than keys: an alias' text, a word of a list."""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """The Kubernetes object that a problem is about; `namespace` is empty for a cluster-scoped one."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __reduce__(self) -> tuple[Any, ...]:
        return ObjectRef, (self.api_version, self.kind, self.namespace, self.name)

    def as_json(self) -> dict[str, str]:
        """The object as other tools read it."""
        return {
            "apiVersion": shown(self.api_version, "choice"),
            "kind": shown(self.kind, "choice"),
            "namespace": shown(self.namespace, "name"),
            "name": shown(self.name, "name"),
        }


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
    to the broken link, as far as it stands in files, for the formats that can show one. `count` is how many faults it
    stands for, where there are too many to keep. `environments` are those that have it where several but not all do;
    `environment` is then the first of them. `root` is the Kustomize root whose build showed it, `roots` where several did.
    `is_note` makes a note of what is an error elsewhere. `near` is a name that is not there, and among which names the one
    that was meant is looked for: when the report is put together, in order, because a run looks for so many only.
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
    environments: tuple[str, ...] = ()
    root: str | None = None
    roots: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None
    column: int | None = None
    snippet: str = ""
    caret: int = 1
    severity: Severity = "error"
    silenced: str | None = None
    flow: tuple[Step, ...] = ()
    count: int = 1
    is_note: bool = False
    near: tuple[str, str] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # From one process to another in 4 µs, where what `dataclass` has for this takes 30; and without the source.
        code, message, _, *others = _all_of(self)
        return Problem, (code, message, None, *others)

    @property
    def where(self) -> str:
        """For people: the environments that have it, where not all do, and the roots whose folder its file is not in."""
        environments = ", ".join(self.environments) or self.environment or ""
        roots = self.roots or ((self.root,) if self.root is not None and not self._stands_in_root else ())
        named = f"root{'s' if len(roots) > 1 else ''} {listed(roots)}" if roots else ""
        return "; ".join(filter(None, (environments, named)))

    @property
    def _stands_in_root(self) -> bool:
        return self.root == "." or (self.file or "").startswith(f"{self.root}/")

    @property
    def shown_route(self) -> str:
        return show(self.route)

    def located(self, *, with_line: bool = True, **more: Any) -> Problem:
        """The same problem with `more`, and with file, line, column and the (masked) source line, free of its source.

        Without `with_line` it keeps its source: `excerpted` adds the line."""
        if self.source is None:
            return dataclasses.replace(self, **more) if more else self
        position = self.source.locate(self.route, key=self.at_key) if self.line is None else None
        line = self.line if position is None else position.line
        column = self.column if position is None else position.column
        return dataclasses.replace(
            _without(self.source.hidden(self.route), self),
            file=self.file or self.source.path, line=line, column=column, flow=tuple(step.located() for step in self.flow),
            **more, **(self._excerpt(line, column) if with_line else {}),
        )  # fmt: skip

    def _excerpt(self, line: int | None, column: int | None) -> dict[str, Any]:
        """The masked source line, and the problem's freedom from its source."""
        snippet, caret = "", 1
        if self.source is not None and line:
            snippet, caret = self.source.excerpt(line, column or 1, rules.shows(self.code))
        return {"source": None, "snippet": snippet, "caret": caret}

    def excerpted(self) -> Problem:
        """The located problem with its source line, free of its source."""
        return dataclasses.replace(self, **self._excerpt(self.line, self.column)) if self.source is not None else self


def _without(hidden: Collection[str], problem: Problem) -> Problem:
    """The problem without keys that may be something else: an alias' text, a word of a list without its `:`."""
    if not any(step in hidden for step in problem.route):
        return problem
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(str(word))}(?![\w-])" for word in problem.route if word in hidden))
    route = tuple(MASK if step in hidden else step for step in problem.route)
    message, expected, hint = (words.sub(MASK, text) for text in (problem.message, problem.expected, problem.hint))
    return dataclasses.replace(problem, route=route, message=message, expected=expected, hint=hint)


_all_of = operator.attrgetter(*(field.name for field in dataclasses.fields(Problem)))
