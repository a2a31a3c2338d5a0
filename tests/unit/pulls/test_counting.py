"""Pulls by class: every verdict is in just one of them, and the hosts are those of other registries alone."""

from __future__ import annotations

import pytest

from mooring.problems.problem import ObjectRef
from mooring.pulls.counting import class_of, tally
from mooring.pulls.tally import Tally
from mooring.pulls.verdict import Pull

POD = ObjectRef("v1", "Pod", "ns", "p")


def pull(verdict: str, image: str) -> Pull:
    return Pull(image, ("spec",), "pod", "spec", (), None, None, verdict, POD)


@pytest.mark.parametrize(("verdict", "counted"), [
    ("ok", "proved"), ("public", "public"), ("not-harbor", "other"), ("unknown", "unknown"),
    ("secret-not-referenced", "broken"), ("robot-expired", "broken"), ("bad-image", "broken"),
])  # fmt: skip
def test_the_class_of_a_verdict(verdict: str, counted: str) -> None:
    assert class_of(verdict) == counted


def test_pulls_are_counted_with_the_hosts_of_other_registries() -> None:
    pulls = [
        pull("ok", "harbor.example.com/vision/a:1"), pull("public", "harbor.example.com/open/a:1"),
        pull("not-harbor", "nginx"), pull("not-harbor", "quay.io/a/b:1"), pull("not-harbor", "no image"),
        pull("unknown", ""), pull("robot-expired", "h.io/a/b:1"),
    ]  # fmt: skip
    found = tally(pulls)
    assert found == Tally(proved=1, public=1, other=3, unknown=1, broken=1, hosts=frozenset({"docker.io", "quay.io"}))
    assert found.pulls == len(pulls)
    assert found + found == Tally(proved=2, public=2, other=6, unknown=2, broken=2, hosts=found.hosts)
    assert Tally().pulls == 0 and Tally(unknown=2).pulls == 2
