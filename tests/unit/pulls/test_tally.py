"""Every pull is counted once, in one of five classes."""

from __future__ import annotations

import dataclasses

import pytest

from mooring import rules
from mooring.kserve.model import Image, Pod
from mooring.problems.problem import ObjectRef
from mooring.pulls.counting import class_of, tally
from mooring.pulls.facts import ClusterState
from mooring.pulls.tally import CLASSES, Tally
from mooring.pulls.verdict import Pull, pulls
from mooring.registry.registries import Registries

(BASE,) = pulls(
    Pod("template", (), (Image("quay.io/org/a:1", (), "spec"),), ()),
    ObjectRef("v1", "Pod", "n", "app"), "n", ClusterState(Registries(()), {}),
)  # fmt: skip


def of(verdict: str, image: str = "quay.io/org/a:1") -> Pull:
    return dataclasses.replace(BASE, verdict=verdict, image=image)


def test_the_classes_add_up() -> None:
    given = [of(verdict) for verdict in ("ok", "ok", "public", "not-harbor", "unknown", "robot-expired", "bad-image")]
    counted = tally(given)
    assert dataclasses.asdict(counted) == {
        "proved": 2, "public": 1, "other": 1, "unknown": 1, "broken": 2, "hosts": frozenset({"quay.io"}),
    }  # fmt: skip
    assert counted.pulls == len(given) == sum(getattr(counted, name) for name in CLASSES)


def test_two_tallies_together() -> None:
    one, other = tally([of("ok"), of("not-harbor", "nginx")]), tally([of("ok"), of("not-harbor"), of("unknown")])
    assert one + other == Tally(2, 0, 2, 1, 0, frozenset({"docker.io", "quay.io"}))
    assert (one + Tally()) == one


@pytest.mark.parametrize("code", rules.codes())
def test_a_problem_s_code_is_a_broken_pull(code: str) -> None:
    assert class_of(code) == "broken"
