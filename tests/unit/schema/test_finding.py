"""Findings: how many of one object are kept, and how a place is called."""

from __future__ import annotations

import pytest

from mooring.problems.position import Route
from mooring.schema.finding import KEPT, Finding, limited, named


@pytest.mark.parametrize(("count", "kept", "rest", "message"), [
    (KEPT - 1, KEPT - 1, 0, ""),
    (KEPT, KEPT, 0, ""),
    (KEPT + 1, KEPT, 1, "1 more problems of this object are not listed"),
    (KEPT + 2500, KEPT, 2500, "2,500 more problems of this object are not listed"),
])  # fmt: skip
def test_what_is_too_many_is_counted(count: int, kept: int, rest: int, message: str) -> None:
    found = limited([Finding(("a", number), False, "other", "x") for number in range(count)])
    assert len([finding for finding in found if finding.route]) == kept
    assert [finding for finding in found if not finding.route] == (
        [Finding((), False, "other", message, hint="fix these first", count=rest)] if rest else []
    )
    assert sum(finding.count for finding in found) == count


@pytest.mark.parametrize(("route", "words"), [
    (("robots", 0, "expires"), "`expires` of robot `vision`"),
    (("robots", 0, "secret", "key"), "`secret.key` of robot `vision`"),
    (("robots", 0), "robot `vision`"),
    (("robots",), "`robots`"),
    # A refused name is no name to call the item by, and another item has none.
    (("robots", 0, "name"), "`robots[0].name`"),
    (("robots", 1, "expires"), "`robots[1].expires`"),
    (("secrets", "backend"), "`secrets.backend`"),
])  # fmt: skip
def test_a_place_below_an_item_is_said_by_its_name(route: Route, words: str) -> None:
    describe = named({"robots": "robot"}, lambda item: "`vision`" if item == ("robots", 0) else None)
    assert describe(route) == words
