"""Each policy says at real admission what is meant, on both engines: of its rows, of what is changed, of
who asks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO, MUTATING, POLICIES
from mooring.policies import samples
from mooring.policies.model import PolicyInput
from mooring.policies.plan import of_engine
from tests.real.complete import complete
from tests.real.kyverno_admission import Admission
from tests.real.policy_objects import EVERYTHING, objects, of_fleet
from tests.real.requests_of import asked, exempting, prepare, stored
from tests.real.verdicts import Object, Request
from tests.support import policy_rows
from tests.support.decisions import sample_of


@pytest.fixture(scope="module")
def given() -> PolicyInput:
    return of_fleet(EVERYTHING)


@pytest.fixture(scope="module")
def cluster(kyverno_admission: Admission, given: PolicyInput) -> Admission:
    """With the namespaces of the rows, and what the Secrets there may pull."""
    kyverno_admission.remove()
    prepare(kyverno_admission.judge, given)
    return kyverno_admission


def verdicts(cluster: Admission, name: str, given: PolicyInput) -> tuple[dict[str, bool], dict[str, bool]]:
    """What the engine says of everything that is asked of a policy, and what it is to say."""
    found = asked(name, given)
    requests = {one.name: stored(cluster.judge, one) for one in found}
    apply = cluster.apply if given.engine == KYVERNO else cluster.native.apply
    apply(objects(given, name))
    try:
        said = {key: cluster.judge.verdict(one) for key, one in requests.items()}
    finally:
        apply([])
    assert {key: one.message for key, one in said.items() if one.broken} == {}
    assert {one.policies for one in said.values() if not one.allowed} == {(f"mooring-{name}",)}
    return {key: one.allowed for key, one in said.items()}, {one.name: one.allowed for one in found}


@pytest.mark.parametrize("name", sorted({*POLICIES} - {MUTATING}))
def test_the_live_controller_says_what_is_meant(cluster: Admission, given: PolicyInput, name: str) -> None:
    said, meant = verdicts(cluster, name, exempting(given, name))
    assert said == meant


@pytest.mark.parametrize("name", sorted({*of_engine(KUBERNETES)} - {MUTATING}))
def test_the_api_server_says_what_is_meant(cluster: Admission, given: PolicyInput, name: str) -> None:
    said, meant = verdicts(cluster, name, dataclasses.replace(exempting(given, name), engine=KUBERNETES))
    assert said == meant


def test_what_stands_in_no_namespace(cluster: Admission, given: PolicyInput) -> None:
    """Kyverno asks of a cluster-scoped runtime that it names a Secret; the API server leaves it to its Pods."""
    name = "require-pull-secret"
    found = [row for row in policy_rows.rows(name, given) if "namespace" not in row.object["metadata"]]
    cluster.apply(objects(exempting(given, name), name))
    said = {row.object["metadata"]["name"]: cluster.judge.verdict(Request(row.object)) for row in found}
    cluster.remove()
    assert {key: one.allowed for key, one in said.items()} == {
        row.object["metadata"]["name"]: row.result == "pass" for row in found
    }
    assert {one.broken for one in said.values()} == {False}
    cluster.native.apply(objects(dataclasses.replace(given, engine=KUBERNETES), name))
    assert all(cluster.judge.verdict(Request(row.object)).allowed for row in found)
    cluster.native.remove()


@pytest.fixture(params=[KYVERNO, KUBERNETES])
def injecting(request: pytest.FixtureRequest, cluster: Admission, given: PolicyInput) -> Iterator[Admission]:
    """One engine at a time adds what is missing."""
    policies = cluster.policies if request.param == KYVERNO else cluster.native
    policies.apply(objects(dataclasses.replace(given, engine=request.param), MUTATING))
    yield cluster
    policies.remove()


def test_both_engines_inject_what_the_rows_say(injecting: Admission, given: PolicyInput) -> None:
    """Once: what they have made is left as it is."""
    cluster = injecting
    for row in policy_rows.rows(MUTATING, given):
        assert row.patched is not None
        for _ in range(2):
            verdict = cluster.judge.verdict(Request(complete(row.object)))
            assert verdict.object is not None
            assert lists(verdict.object["spec"]) == lists(row.patched["spec"]), row.object["metadata"]["name"]
            row.object["spec"] = verdict.object["spec"]


def test_any_number_of_canaries_is_injected(injecting: Admission, given: PolicyInput) -> None:
    """Each at its own place, whatever the others say: the same twice, with a list of its own, without an image of Harbor."""
    sample = sample_of(given)
    wanted, own = [{"name": sample.names["good"]}], [{"name": sample.names["absent"]}]
    harbor, plain = ({"containers": [{"name": "main", "image": image}]} for image in (sample.images["harbor"], "nginx"))
    ways = [(harbor, wanted), (plain, []), (harbor, wanted), ({**harbor, "imagePullSecrets": own}, wanted + own)]
    shown = [ways[number % len(ways)] for number in range(23)]
    spec: Object = {"predictor": plain, "canary": [{"trafficPercent": 1, "predictor": way} for way, _ in shown]}
    service = samples.thing(f"{samples.KSERVE}/v1beta1", "InferenceService", sample.owner, spec)
    verdict = injecting.judge.verdict(Request(service))
    assert verdict.object is not None
    made = verdict.object["spec"]
    assert [one["predictor"].get("imagePullSecrets", []) for one in made["canary"]] == [names for _, names in shown]
    assert lists(made["predictor"]) == []


def lists(node: Any) -> list[Any]:
    """Every `imagePullSecrets`, in order."""
    if isinstance(node, dict):
        own = [node["imagePullSecrets"]] if "imagePullSecrets" in node else []
        return own + [found for name in sorted(node) if name != "imagePullSecrets" for found in lists(node[name])]
    return [found for item in node for found in lists(item)] if isinstance(node, list) else []


def test_without_the_policies_nothing_is_refused(cluster: Admission, given: PolicyInput) -> None:
    """Each row is an object that the API server itself takes: what is denied above, a policy denies."""
    cluster.apply([one for name in POLICIES for one in objects(given, name)])
    cluster.remove()
    for name in sorted({*POLICIES} - {MUTATING}):
        for one in asked(name, given):
            assert cluster.judge.verdict(stored(cluster.judge, one)).allowed, one.name
