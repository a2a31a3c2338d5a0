"""The pull path says of every row of the decision table what the table says, at the place it says; the real Kyverno says
the policy's part (`tests/real`), from rows that are made of the same table."""

from __future__ import annotations

import itertools

import pytest

from mooring.problems.routes import get
from tests.support.decisions import TABLE, Decision, Sample
from tests.support.pull_world import SAMPLES, judged


@pytest.mark.parametrize("sample", SAMPLES, ids=("plain", "port"))
@pytest.mark.parametrize("decision", TABLE, ids=lambda decision: f"{decision.kind}-{decision.name}")
def test_verdict_and_place(decision: Decision, sample: Sample) -> None:
    data, pull = judged(decision, sample)
    assert pull.verdict == decision.verdict
    stands = get(data, pull.place)
    if decision.place == "reference":
        assert stands == {"name": pull.secret}
    elif decision.kind != "runtime":
        assert stands == pull.image
    else:
        assert stands == "row", "an image that a runtime brings stands where the service names the runtime"


@pytest.mark.parametrize("decision", TABLE, ids=lambda decision: f"{decision.kind}-{decision.name}")
def test_the_table_agrees_with_itself(decision: Decision) -> None:
    """Admission refuses what cannot be pulled, unless the image is not written in the object."""
    if decision.verdict in ("not-harbor", "public"):
        assert decision.policy == "pass"
    elif decision.verdict == "similar-host":
        assert decision.policy == "pass", "what a host was meant to be is a guess, and no reason to refuse it"
    elif decision.verdict == "secret-not-first":
        assert decision.policy == "pass", "the policy judges what may pull, not in which order it is tried"
    elif decision.verdict != "ok":
        assert decision.policy == "fail" or decision.kind == "runtime"


def test_every_combination_that_matters_has_a_row() -> None:
    kinds = {decision.kind for decision in TABLE}
    assert kinds == {"pod", "deployment", "model", "runtime", "fetched", "transformer", "worker", "canary"}
    for kind in kinds:
        verdicts = {decision.verdict for decision in TABLE if decision.kind == kind}
        assert "ok" in verdicts and len(verdicts) > 1, f"{kind} has no good row, or no bad one"
    assert {decision.image for decision in TABLE} == set(SAMPLES[0].images)
    names = [(decision.kind, decision.name) for decision in TABLE]
    assert [name for name, group in itertools.groupby(sorted(names)) if len(list(group)) > 1] == []
