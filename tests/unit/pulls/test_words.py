"""A pull in words: its verdict, and the way from the image to a robot."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.pulls.words import verdict, way

PULL: dict[str, Any] = {
    "component": "predictor", "route": "spec.predictor.containers[0].image", "origin": "spec", "secrets": [], "secret": None,
    "robot": None, "project": "p", "expires": None, "verdict": "ok", "reason": "",
}  # fmt: skip
IMAGE = "predictor: spec.predictor.containers[0].image (spec)"


@pytest.mark.parametrize(("more", "told"), [
    ({}, (IMAGE, "Secrets of the pod: none")),
    ({"secrets": ["a", "b"]}, (IMAGE, "Secrets of the pod: a, b")),
    ({"secrets": ["a"], "secret": "a"}, (IMAGE, "Secrets of the pod: a", "Secret a → project p")),
    ({"secrets": ["a"], "secret": "a", "robot": "r", "expires": "2027-03-01"},
     (IMAGE, "Secrets of the pod: a", "Secret a → robot r → project p, expires 2027-03-01")),
])  # fmt: skip
def test_the_way_of_a_pull(more: dict[str, Any], told: tuple[str, ...]) -> None:
    assert way({**PULL, **more}) == told


@pytest.mark.parametrize(("said", "words"), [
    ("ok", "is pulled"), ("public", "is public"), ("secret-not-in-namespace", "secret-not-in-namespace"),
])  # fmt: skip
def test_a_verdict_in_words(said: str, words: str) -> None:
    assert verdict({**PULL, "verdict": said}) == words
