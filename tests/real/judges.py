"""What each judge says of a mutant: an admission controller, the API server, and mooring's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.policies.model import PolicyInput, Sample
from mooring.problems.problem import ObjectRef
from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.pulls.verdict import pulls
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog
from tests.real.complete import request
from tests.real.kyverno_admission import EXEMPT
from tests.real.mutants import EMPTIED, GARBLED, SAMPLE, Mutant, cluster
from tests.real.verdicts import Judge, Request, Unjudged

POLICY = "require-pull-secret"


# What a policy refuses too; which Secret is tried first is no matter of rights.
REFUSED = {
    "secret-not-referenced",
    "secret-not-in-namespace",
    "auth-host-mismatch",
    "robot-lacks-project",
    "secret-shadowed",
}


CATALOG = Catalog()


def policy_input(engine: str, *, explicit: bool) -> PolicyInput:
    return PolicyInput(
        engine=engine,
        registries=((SAMPLE.host,), ("Second.example.com:8443",)),
        public=("harbor.example.com/library",),
        robot_prefixes=("robot$",),
        actions={POLICY: "Deny"},
        failure_policy="Fail",
        explicit=explicit,
        identities=(),
        other_registries=(),
        exempt=(),
        sample=Sample(SAMPLE.host, SAMPLE.project, SAMPLE.secret, SAMPLE.public),
    )


def by_admission(judge: Judge, found: Iterable[tuple[Mutant, Request]]) -> Verdicts:
    """Every request must get a verdict, of that policy, and from an expression that could be evaluated."""
    said: Verdicts = {}
    unjudged: dict[str, str] = {}
    for mutant, one in found:
        try:
            verdict = judge.verdict(one)
        except Unjudged as refusal:
            unjudged[mutant.name] = str(refusal)
            continue
        said[mutant.name] = verdict.allowed
        if verdict.broken or not (verdict.allowed or verdict.policies == (f"mooring-{POLICY}",)):
            unjudged[mutant.name] = verdict.message
    assert unjudged == {}
    return said


def asked(judge: Judge, mutant: Mutant) -> Request:
    """The request; what must stand before it is stored."""
    if mutant.operation in ("UPDATE", "DELETE"):
        assert mutant.before is not None
        judge.store(mutant.before, user=EXEMPT)
        return Request(mutant.object, "UPDATE" if mutant.operation == "UPDATE" else "DELETE")
    return request(judge, mutant.object, EXEMPT)


def by_mooring(mutant: Mutant, accounts: Mapping[tuple[str, str], tuple[str, ...]]) -> bool:
    data, secrets = mutant.object, {}
    where = data["metadata"]["namespace"]
    for thing in cluster():
        metadata, grants = thing["metadata"], thing["data"]
        for name in grants if metadata["namespace"] not in (EMPTIED, GARBLED) else ():
            if not name.startswith("_"):
                pairs = frozenset(grants[name].split(","))
                robot = RobotFacts(name, pairs, next(iter(pairs)).partition("/")[2], None)
                secrets[metadata["namespace"], name] = SecretFacts((SAMPLE.host,), robot)
    world = ClusterState(Registries((Registry("harbor", (SAMPLE.host,), frozenset({"library"})),)), secrets, accounts)
    info = CATALOG.kind(data["apiVersion"], data["kind"])
    assert info is not None
    ref = ObjectRef(data["apiVersion"], data["kind"], where, data["metadata"]["name"])
    found = [pull for one in pods(data, info, ClusterContext.of([])) for pull in pulls(one, ref, where, world)]
    # A preset that is not at hand may bring the list: mooring says so, and the policy asks for the service's own.
    broken = any(pull.verdict in REFUSED or (pull.reason == "base" and pull.image) for pull in found)
    return not broken


Verdicts = dict[str, bool]
