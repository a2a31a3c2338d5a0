"""The rendered policies of both engines are short enough to be read, and say nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example import ROOT
from tests.support.reading import expressions, files, policies, read, twice, wide

RENDERED = [ROOT, *sorted(ROOT.glob("tests/cases/policy/*/*/expected"))]
POLICIES = [path for root in RENDERED for path in policies(root)]
FILES = [path for root in RENDERED for path in files(root)]
WIDEST = 120
MOST = {"require-pull-secret": 110, "restrict-pull-secret-use": 95, "protect-pull-grants": 60, "pull-secret-shape": 80}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_both_engines_are_read() -> None:
    assert {path.parent.name for path in POLICIES if path.stem == "require-pull-secret"} == {"kyverno", "kubernetes"}


@pytest.mark.parametrize("path", POLICIES, ids=name)
def test_a_policy_is_short(path: Path) -> None:
    found = read(path)
    assert (found.lines <= MOST.get(path.stem, 120), found.longest <= WIDEST) == (True, True), found


def test_what_stands_beside_the_policies_is_read() -> None:
    assert {path.name for path in FILES} >= {"parameters.yaml", "bindings.yaml", "clusterrole.yaml", "kyverno-test.yaml"}
    assert {*POLICIES} < {*FILES}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_line_is_too_wide_to_be_read(path: Path) -> None:
    assert wide(path.read_text(encoding="utf-8"), WIDEST) == []


@pytest.mark.parametrize(("text", "found"), [
    ("a: b\n# " + "x " * 59 + "\n", []),
    ("a: b\n# " + "x " * 59 + "x\n", [2]),
    ("# y\n  a == '" + "x" * 120 + "' ? b : c\n", [2]),
    # One word cannot be broken.
    ("  .dockerconfigjson: " + "x" * 119 + "\n# https://example.com/" + "x" * 119 + "\n", []),
])  # fmt: skip
def test_a_line_that_is_too_wide_is_found(text: str, found: list[int]) -> None:
    assert wide(text, WIDEST) == found


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
