"""Change any clause of a policy's CEL, and what it says of some request is wrong: no clause stands there for nothing.

All the broken policies are bound to Audit at one API server, which counts what each of them would refuse.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import pytest

from mooring.fleet.policy_names import KUBERNETES, MUTATING
from mooring.policies import podspecs
from mooring.policies.model import PolicyInput
from mooring.policies.plan import of_engine
from mooring.policies.samples import BARE, NAMESPACE
from mooring.schema.catalog import Catalog
from tests.real import mutants
from tests.real.cel_mutations import mutations
from tests.real.equivalents import SHARED, unseen
from tests.real.judges import policy_input
from tests.real.kyverno_admission import Admission
from tests.real.policy_objects import EVERYTHING, Object, grants, namespace, objects, of_fleet
from tests.real.requests_of import ASIDE, ASIDE_BARE, PROTECTED, PROTECTED_EMPTY, Asked, asked, exempting, of_mutants, stored
from tests.real.verdicts import Request
from tests.support.decisions import sample_of

CHANGES = f"request.operation != 'UPDATE' || {podspecs.changes(Catalog())}"
COUNTED = re.compile(r"apiserver_validating_admission_policy_check_total\{(.*)\} (\d+)")
LABEL = re.compile(r'(\w+)="([^"]*)"')
AT_ONCE = 100
AS_A_WHOLE = ("-gets-a-finalizer", "-loses-a-finalizer", "-gets-a-label", "-gets-a-note", "-is-deleted", "-mends")


def broken(policy: Object) -> Iterator[tuple[str, Object]]:
    """The policy with one clause changed. What `require-pull-secret` has too is changed there alone."""
    first = policy["metadata"]["name"] == "mooring-require-pull-secret"
    for key, field in (("variables", "expression"), ("matchConditions", "expression"), ("validations", "expression")):
        for index, part in enumerate(policy["spec"][key]):
            name = part.get("name", key)
            if not first and name in SHARED:
                continue
            # The other conditions are seen broken by what is refused otherwise; this one, left out, by a dry run alone.
            more = [("left out", "true")] if name == "not-a-dry-run" else []
            for what, text in (*mutations(part[field]), *more):
                if not first and part[field].startswith(CHANGES) and not text.startswith(CHANGES):
                    continue
                made = copy.deepcopy(policy)
                made["spec"][key][index][field] = text
                yield f"{name}: {what}", made


def renamed(found: Sequence[Object], name: str, policy: Object) -> list[Object]:
    """The policy and its bindings under another name, to Audit."""
    made = []
    for thing in [policy, *(one for one in found if one["kind"].endswith("Binding"))]:
        called = thing["metadata"]["name"].replace(policy["metadata"]["name"], name)
        bound = {"policyName": name, "validationActions": ["Audit"]} if thing["kind"].endswith("Binding") else {}
        made.append({**thing, "metadata": {"name": called}, "spec": thing["spec"] | bound})
    return made


def counts(admission: Admission) -> Counter[str]:
    """How many requests each policy would have refused until now."""
    found: Counter[str] = Counter()
    for labels, number in COUNTED.findall(admission.server.get("/metrics")[1]):
        named = dict(LABEL.findall(labels))
        if named["enforcement_action"] == "audit":  # `allow` counts the errors that are ignored
            found[named["policy"]] += int(number)
    return found


def survivors(
    admission: Admission, name: str, given: PolicyInput, found: Sequence[Asked], only: Collection[str] = ()
) -> tuple[list[str], int]:
    """The changes, of all or of these, that no request shows, and how many were made."""
    requests = [(one, stored(admission.judge, one)) for one in found]
    whole = objects(given, name)
    every = [one for one in broken(whole[0]) if not only or one[0] in only]
    made = {f"mutation-{number}": one for number, one in enumerate([("none", whole[0]), *every])}
    alive: list[str] = []
    keys = list(made)
    for start in range(0, len(keys), AT_ONCE):
        chunk = keys[start : start + AT_ONCE]
        said = {}
        for allowed, failure in ((True, "Fail"), (False, "Ignore")):  # an error is never what is meant
            policies = [{**made[key][1], "spec": {**made[key][1]["spec"], "failurePolicy": failure}} for key in chunk]
            named = zip(chunk, policies, strict=True)
            admission.native.apply([thing for key, one in named for thing in renamed(whole, key, one)])
            before = counts(admission)
            for one, request in requests:
                if one.allowed == allowed:
                    admission.judge.verdict(request)
            said[allowed] = counts(admission) - before
        refused = sum(not one.allowed for one in found)
        alive += [made[key][0] for key in chunk if (said[True][key], said[False][key]) == (0, refused)]
    admission.native.remove()
    return alive, len(keys) - 1


@pytest.fixture(scope="module")
def admission(kyverno_admission: Admission) -> Admission:
    kyverno_admission.remove()
    return kyverno_admission


@pytest.mark.parametrize("name", sorted({*of_engine(KUBERNETES)} - {MUTATING}))
def test_no_clause_can_be_changed_unseen(admission: Admission, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = dataclasses.replace(exempting(of_fleet(EVERYTHING), name), engine=KUBERNETES)
    found, data = asked(name, given), [grants(where, sample_of(given).grants) for where in (NAMESPACE, ASIDE)]
    if name == "require-pull-secret":
        given = exempting(policy_input(KUBERNETES, explicit=True), name)
        found, data = (
            [one for one in of_mutants() if one.request.dry_run or wanted(one.name)],
            [*mutants.cluster(), grants(ASIDE, {})],
        )
    admission.judge.store(*(namespace(thing["metadata"]["namespace"], granted=True) for thing in data))
    admission.judge.store(namespace(BARE), namespace(ASIDE_BARE), namespace(PROTECTED), namespace(PROTECTED_EMPTY), *data)
    alive, number = survivors(admission, name, given, found)
    if name == "require-pull-secret":
        # Which lists must be written is a fact of the fleet: what it says decides which clauses are read.
        alive, _ = survivors(admission, name, dataclasses.replace(given, explicit=False), unlisted(), {*alive} - {"none"})
    if name == "allowed-registries":
        # An image that is not there would be one of docker.io's, which this fleet allows.
        strict = dataclasses.replace(given, other_registries=())
        alive, _ = survivors(admission, name, strict, asked(name, strict), {*alive} - {"none"})
    assert "none" in alive, "the policy itself is not what the requests mean"
    with capsys.disabled():
        print(f"\n{name}: {number} changes, {len(found)} requests, unseen: {len(alive) - 1}")
    assert unseen(name, alive) == []


def unlisted() -> list[Asked]:
    """What is asked where an owner without a list is left to its Pods: each place, each way of writing its list."""
    ways = [
        one for one in mutants.mutants() if wanted(one.name) and one.name.endswith(tuple(f"-{way}" for way in mutants.WAYS))
    ]
    left = {one.name for one in ways if one.object["kind"] != "Pod" and not one.listed}
    return [Asked(one.name, Request(one.object), one.allowed or one.name in left) for one in ways]


def wanted(name: str) -> bool:
    """Every way at two places, a good and a bad one at each place, all that is no way at a place; what happens to an object
    as a whole, whatever its place, at a few places only."""
    ways = [way for way in mutants.WAYS if name.endswith(f"-{way}")]
    if "a-thousand" in name:
        return False  # too much for hundreds of policies at one time
    few = name.startswith(("deployment-", "predictor-", "canary-"))
    if name.endswith(AS_A_WHOLE) and not few:
        return False
    return not ways or max(ways, key=len) in ("good", "no-list") or few
