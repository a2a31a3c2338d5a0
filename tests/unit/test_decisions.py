"""The pull path says of every row of the decision table what the table says, at the place it says; the real Kyverno says
the policy's part (`tests/real`), from the suite that is made of the same rows."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.manifests.subject import ObjectRef
from mooring.policies.decisions import GOOD, OTHER, TABLE, Decision, Sample, made
from mooring.problems.routes import get
from mooring.pulls.verdict import ClusterState, Pull, RobotFacts, SecretFacts, pulls
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog

SAMPLES = (
    Sample("harbor.example.com", "vision", "harbor-vision", "harbor.example.com/library"),
    Sample("harbor.example.com:8443", "vision", "harbor-vision", "harbor.example.com:8443/library"),
)
NAMESPACE = "team-a"
CATALOG = Catalog()


def state(decision: Decision, sample: Sample) -> ClusterState:
    registry = Registry("harbor", (sample.host,), frozenset({"library"}))
    secrets = {}
    for symbol, project in ((GOOD, sample.project), (OTHER, "other")):
        robot = RobotFacts(symbol, frozenset({f"{sample.host}/{project}"}), project, None)
        secrets[NAMESPACE, sample.names[symbol]] = SecretFacts((sample.host,), robot)
    account = tuple(sample.names[name] for name in decision.account)
    return ClusterState(Registries((registry,)), secrets, {(NAMESPACE, "default"): account})


def judged(decision: Decision, sample: Sample) -> tuple[dict[str, Any], Pull]:
    """The row's object, and the pull of the row's image."""
    data, runtime = made(decision, sample, NAMESPACE)
    info = CATALOG.kind(data["apiVersion"], data["kind"])
    assert info is not None
    context = ClusterContext.of([runtime] if runtime else [])
    ref = ObjectRef(data["apiVersion"], data["kind"], NAMESPACE, data["metadata"]["name"])
    image = sample.images[decision.image]
    found = [
        pull
        for pod in pods(data, info, context)
        for pull in pulls(pod, ref, NAMESPACE, state(decision, sample))
        if pull.image == image
    ]
    assert len(found) == 1, found
    return data, found[0]


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
