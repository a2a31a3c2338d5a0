"""Server-side dry runs, on both engines: left alone where the fleet says `skip`, judged as the real request where it says
`judge`. All other tests send real requests.
"""

from __future__ import annotations

import dataclasses

import pytest

from mooring.fleet.policy_names import JUDGE, KUBERNETES, KYVERNO, MUTATING, SKIP
from mooring.policies.model import PolicyInput
from mooring.policies.plan import of_engine
from tests.real import mutants
from tests.real.complete import complete
from tests.real.judges import policy_input
from tests.real.kyverno_admission import EXEMPT, Admission
from tests.real.policy_objects import EVERYTHING, Object, namespace, objects, of_fleet
from tests.real.requests_of import Asked, asked, exempting, of_mutants, prepare, stored
from tests.real.verdicts import Request, Verdict
from tests.support import policy_rows

Judged = dict[str, tuple[bool, Verdict, Verdict]]
EVERY = 10  # a mutant of so many, beside every change
FIRST = "require-pull-secret"
CASES = [(engine, name) for engine in (KYVERNO, KUBERNETES) for name in of_engine(engine) if name != MUTATING]


@pytest.fixture(scope="module")
def cluster(kyverno_admission: Admission) -> Admission:
    kyverno_admission.remove()
    return kyverno_admission


def sample(name: str, engine: str) -> tuple[PolicyInput, list[Asked]]:
    """All that is asked of a policy; of the many mutants some, and every one that is no creation."""
    if name == FIRST:
        found = [one for one in of_mutants() if not (one.request.dry_run or "thousand" in one.name)]
        few = [one for number, one in enumerate(found) if not number % EVERY or one.request.operation != "CREATE"]
        return exempting(policy_input(engine, explicit=True), name), few
    given = exempting(dataclasses.replace(of_fleet(EVERYTHING), engine=engine), name)
    return given, [one for one in asked(name, given) if not one.request.dry_run]


def said(cluster: Admission, name: str, engine: str, dry_run: str) -> Judged:
    """What each request is to be told, what it is told, and its dry run."""
    given, wanted = sample(name, engine)
    prepare(cluster.judge, given)
    if name == FIRST:
        cluster.judge.store(*(namespace(one["metadata"]["namespace"], granted=True) for one in mutants.cluster()))
        cluster.judge.store(*mutants.cluster(), user=EXEMPT)
    requests = [(one, stored(cluster.judge, one)) for one in wanted]
    apply = cluster.apply if engine == KYVERNO else cluster.native.apply
    apply(objects(dataclasses.replace(given, dry_run=dry_run), name))
    judge = cluster.judge
    try:
        found = {}
        for one, request in requests:
            dry = judge.verdict(dataclasses.replace(request, dry_run=True))
            found[one.name] = (one.allowed, judge.verdict(request), dry)
        return found
    finally:
        apply([])


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_a_dry_run_is_left_alone_and_the_real_request_is_judged(cluster: Admission, engine: str, name: str) -> None:
    found = said(cluster, name, engine, SKIP)
    assert [key for key, (allowed, real, _) in found.items() if real.allowed != allowed] == []
    assert [key for key, (_, _, dry) in found.items() if not dry.allowed] == []
    assert any(not real.allowed for _, real, _ in found.values())


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_a_dry_run_that_is_judged_gets_the_verdict_of_the_request(cluster: Admission, engine: str, name: str) -> None:
    found = said(cluster, name, engine, JUDGE)
    differing = [key for key, (_, real, dry) in found.items() if (real.allowed, real.message) != (dry.allowed, dry.message)]
    assert differing == []
    assert [key for key, (allowed, real, _) in found.items() if real.allowed != allowed] == []


def test_each_kind_of_request_is_in_the_sample() -> None:
    kinds = {(one.request.operation, one.allowed) for engine, name in CASES for one in sample(name, engine)[1]}
    assert kinds >= {(operation, allowed) for operation in ("CREATE", "UPDATE", "DELETE") for allowed in (True, False)}
    assert any(ephemeral(one.request.object) for one in sample(FIRST, KYVERNO)[1])


def ephemeral(made: Object) -> bool:
    """Whether it reaches a Pod by its subresource."""
    return made["kind"] == "Pod" and "ephemeralContainers" in made["spec"]


@pytest.mark.parametrize("dry_run", [SKIP, JUDGE])
@pytest.mark.parametrize("engine", [KYVERNO, KUBERNETES])
def test_a_mutation_is_made_in_dry_runs_too(cluster: Admission, engine: str, dry_run: str) -> None:
    """What they answer is what would be stored."""
    given = dataclasses.replace(of_fleet(EVERYTHING), engine=engine, dry_run=dry_run)
    prepare(cluster.judge, given)
    row = next(row for row in policy_rows.rows(MUTATING, given) if row.object["kind"] == "Pod")
    apply = cluster.apply if engine == KYVERNO else cluster.native.apply
    apply(objects(given, MUTATING))
    try:
        made = cluster.judge.verdict(Request(complete(row.object), dry_run=True)).object
    finally:
        apply([])
    assert made is not None and row.patched is not None
    assert made["spec"]["imagePullSecrets"] == row.patched["spec"]["imagePullSecrets"]
