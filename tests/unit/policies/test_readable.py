"""The rendered policies of both engines are short enough to be read, and say nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import ROOT
from tests.support.reading import expressions, policies, read, twice

RENDERED = [ROOT, *sorted(ROOT.glob("tests/cases/policy/*/*/expected"))]
POLICIES = [path for root in RENDERED for path in policies(root)]
MOST = {"require-pull-secret": 110, "restrict-pull-secret-use": 95, "protect-pull-grants": 60, "pull-secret-shape": 80}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_both_engines_are_read() -> None:
    assert {path.parent.name for path in POLICIES if path.stem == "require-pull-secret"} == {"kyverno", "kubernetes"}


@pytest.mark.parametrize("path", POLICIES, ids=name)
def test_a_policy_is_short(path: Path) -> None:
    found = read(path)
    assert (found.lines <= MOST.get(path.stem, 120), found.longest <= 120) == (True, True), found


@pytest.mark.parametrize("path", POLICIES, ids=name)
def test_no_text_stands_in_a_policy_twice(path: Path) -> None:
    assert twice(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", POLICIES, ids=name)
def test_optional_fields_are_asked_for_as_such(path: Path) -> None:
    """No chain of `has(…) && … != null`, and a comment above what is read together."""
    text = path.read_text(encoding="utf-8")
    assert [part for part in expressions(text) if part.count("has(") > 1 or "!= null &&" in part] == []
    assert text.count("\n  # ") >= 2


def test_a_text_that_stands_twice_is_found() -> None:
    line = "variables.images.map(e, {'at': e.at, 'secrets': e.secrets, 'images': []})"
    one = {"name": "a", "expression": f"{line} + ['art', 'model']"}
    assert twice(str({"spec": {"variables": [one, {"name": "b", "expression": line}]}})) == []
    assert twice(str({"spec": {"variables": [one, one]}})) == ["'art', 'model'", one["expression"]]
