"""A text that is no document: something for a problem of its syntax to stand in."""

from __future__ import annotations

from collections.abc import Collection

from mooring.problems.position import Position, Route
from mooring.problems.problem import Problem
from mooring.redaction import Kind
from mooring.yaml import excerpt


class Unparsed:
    """A `problems.Source` with one place."""

    def __init__(self, path: str, text: str, position: Position | None) -> None:
        self.path = path
        self.text = text
        self._position = position

    def locate(self, _route: Route, *, key: bool = False) -> Position | None:
        return self._position

    def has(self, _route: Route) -> bool:
        return False

    def excerpt(self, line: int, column: int, _kinds: Collection[Kind]) -> tuple[str, int]:
        return excerpt.lexical(self.text, line, column) if line <= len(excerpt.lines_of(self.text)) else ("", 1)

    def hidden(self, _route: Route) -> Collection[str]:
        return ()


def syntax(path: str, text: str, position: Position | None, message: str, hint: str = "") -> Problem:
    """The problem `syntax` of a text."""
    return Problem("syntax", message, Unparsed(path, text, position), hint=hint)
