"""Two outputs that some disk takes for one, and an output that fits on none, are problems before anything is written."""

from __future__ import annotations

import pytest

from mooring.plan import outputs
from mooring.plan.outputs import Claim, check


def said(*claims: tuple[str, str] | Claim, root: str = "") -> list[str]:
    """The codes and messages for claims given as (owner, path); a path that ends in `/` is a folder."""
    made = [
        claim if isinstance(claim, Claim) else Claim(claim[1].rstrip("/"), claim[0], folder=claim[1].endswith("/"))
        for claim in claims
    ]
    return [f"{problem.code}: {problem.message}" for problem in check(made, root)]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("a/x.yaml", "a/x.yaml", "A and B would both be written to `a/x.yaml`"),
        ("a/b/", "a/b/", "A and B would both be written to `a/b`"),
        ("a/x.yaml", "a/X.yaml", "`a/x.yaml` of A and `a/X.yaml` of B are one path where letter case is not told apart"),
        ("a/b/x.yaml", "a/B/y.yaml", "`a/b` of A and `a/B` of B are one path where letter case is not told apart"),
        (
            "a/stra\xdfe",
            "a/STRASSE",
            "`a/stra\xdfe` of A and `a/STRASSE` of B are one path where letter case is not told apart",
        ),
        ("a/\xe9", "a/e\u0301", "`a/\xe9` of A and `a/e\u0301` of B are one path where letter case is not told apart"),
        ("a/\xc9", "a/e\u0301", "`a/\xc9` of A and `a/e\u0301` of B are one path where letter case is not told apart"),
        ("a/x.yaml", "a/x.yaml/y", "`a/x.yaml` of B would be a file and a folder: A has it already"),
        ("a/x.yaml/y", "a/x.yaml", "`a/x.yaml` of B would be a file and a folder: A has it already"),
        ("a/x.yaml", "a/x.yaml/", "`a/x.yaml` of B would be a file and a folder: A has it already"),
        ("a/x.yaml", "a/X.yaml/y/z", "`a/x.yaml` of A and `a/X.yaml` of B are one path where letter case is not told apart"),
    ],
)
def test_two_that_are_one(first: str, second: str, message: str) -> None:
    assert said(("A", first), ("B", second)) == [f"duplicate-name: {message}"]


def test_what_differs_is_fine() -> None:
    assert said(("A", "a/b/"), ("A", "a/b/x"), ("A", "a/b/c/x"), ("B", "a/bb"), ("B", "a/b.yaml"), ("C", "ab/x")) == []


def test_two_owners_collide_once() -> None:
    claims = [("A", "a/1"), ("A", "a/2"), ("B", "a/1"), ("B", "a/2"), ("C", "a/2")]
    assert said(*claims) == [
        "duplicate-name: A and B would both be written to `a/1`",
        "duplicate-name: A and C would both be written to `a/2`",
    ]


@pytest.mark.parametrize(
    ("path", "root", "message"),
    [
        ("a/" + "x" * 255, "", None),
        ("a/" + "x" * 256, "", "A needs a file name of 256 bytes"),
        ("a/" + "\xe9" * 127 + "x", "", None),
        ("a/" + "\xe9" * 128, "", "A needs a file name of 256 bytes"),
        ("a/" + "\udcff" * 256 + "/x", "", "A needs a file name of 256 bytes"),
        ("/".join(["x" * 250] * 16), "r" * 79, None),
        ("/".join(["x" * 250] * 16), "r" * 80, "A needs a path of 4015 bytes below the repository"),
    ],
)
def test_what_does_not_fit(path: str, root: str, message: str | None) -> None:
    assert len(path) + 1 + len(root) <= outputs.LONGEST_PATH or message
    assert said(("A", path), root=root) == ([f"bad-name: {message}"] if message else [])


def test_each_claim_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the files in ten times the folders cost ten times the comparisons."""
    counts = []
    for size in (200, 2000):
        seen: list[str] = []
        monkeypatch.setattr(outputs, "fold", lambda path, seen=seen: seen.append(path) or path)
        assert said(*(("A", f"overlays/e/ns-{index}/services/x.yaml") for index in range(size))) == []
        monkeypatch.undo()
        counts.append(len(seen))
    assert counts[1] <= 10 * counts[0]


def test_a_claim_is_for_a_file_unless_it_says_so() -> None:
    assert said(Claim("a", "A"), Claim("a/b", "B")) == [
        "duplicate-name: `a` of B would be a file and a folder: A has it already"
    ]
    assert said(Claim("a", "A", folder=True), Claim("a/b", "B")) == []
