"""What a schema refuses, as a value: where, what is wrong, what was expected, a hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mooring.problems.position import Route, show
from mooring.redaction.kinds import shorter

KEPT = 1000  # findings of one object: nobody reads more

Describe = Callable[[Route], str]
"""A place in words, such as `` `spec.replicas` ``; the route is never empty."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`code_hint` is one of unknown-key, missing-key, wrong-type, unknown-choice, `format:<name>`, other, or a code;
    `count` is how many findings it stands for."""

    route: Route
    at_key: bool
    code_hint: str
    message: str
    expected: str = ""
    hint: str = ""
    count: int = 1


def limited(findings: list[Finding]) -> list[Finding]:
    """At most `KEPT` findings; the others are counted by one more."""
    if len(findings) <= KEPT:
        return findings
    rest = len(findings) - KEPT
    message = f"{rest:,} more problems of this object are not listed"
    return [*findings[:KEPT], Finding((), False, "other", message, hint="fix these first", count=rest)]


def path(route: Route) -> str:
    """A place as the API server writes it."""
    return f"`{shorter(show(route))}`"


def named(lists: Mapping[str, str], name_of: Callable[[Route], str | None]) -> Describe:
    """Places below the items of `lists` (key → what one of its items is) by the item's name, where it has one.

    `name_of` gives the quoted name of the item at a route: ``robots[0].expires`` becomes ```expires` of robot `vision```.
    """

    def describe(route: Route) -> str:
        # A refused name is no name to call the item by.
        what = lists.get(str(route[0])) if len(route) > 1 and route[2:] != ("name",) else None
        name = name_of(route[:2]) if what is not None else None
        if name is None:
            return path(route)
        return f"{what} {name}" if len(route) == 2 else f"{path(route[2:])} of {what} {name}"

    return describe
