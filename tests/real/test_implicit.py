"""Where owners need no list of their own (`policies.explicit: false`), both engines and mooring's rules agree on what comes
of an object: its own list is refused, or its Pods are, judged with the list that the API server gives them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from mooring.kserve.model import ClusterContext
from mooring.kserve.pods import pods
from mooring.policies.samples import NAMESPACE, pod
from tests.real.complete import request
from tests.real.judges import CATALOG, POLICY, by_admission, by_mooring, policy_input
from tests.real.kyverno_admission import EXEMPT, Admission
from tests.real.mutants import ACCOUNTED, GOOD, OTHER, UNACCOUNTED, Mutant, cluster, mutants
from tests.real.policy_objects import Object, namespace, objects

ACCOUNTS = {(ACCOUNTED, "default"): (GOOD,), (UNACCOUNTED, "default"): (OTHER,)}
WAYS = ("no-list", "empty-list", "empty-name", "look-alike-suffix", "docker-hub", "good", "absent", "of-another-project")
SPECIAL = ("canary-", "transformer-beside-", "storage-env-")


class Verdict(NamedTuple):
    """What is said of an object, and of all the Pods that it becomes."""

    own: bool
    pods: bool


def moved() -> Iterator[Mutant]:
    """Mutants in two namespaces, whose account has the Secret, or another robot's."""
    for mutant in mutants():
        metadata = mutant.object["metadata"]
        chosen = mutant.name.endswith(tuple(f"-{way}" for way in WAYS)) or mutant.name.startswith(SPECIAL)
        if chosen and mutant.states and mutant.operation == "CREATE" and metadata["namespace"] == NAMESPACE:
            for where, _ in ACCOUNTS:
                made = {**mutant.object, "metadata": {**metadata, "namespace": where}}
                yield mutant._replace(name=f"{where}/{mutant.name}", object=made)


def becomes(mutant: Mutant) -> Iterator[Mutant]:
    """The Pods of an object that is none itself. A list that names none is a list all the same."""
    data = mutant.object
    info = CATALOG.kind(data["apiVersion"], data["kind"])
    assert info is not None
    for number, one in enumerate(pods(data, info, ClusterContext()) if info.kind != "Pod" else ()):
        name, listed = f"{data['metadata']['name']}-{number}", [*one.secrets] or [*one.references]
        made = pod(name, "nginx", listed, data["metadata"]["namespace"])
        images = [image.reference.partition("://")[2] or image.reference for image in one.images]
        made["spec"]["containers"] += [{"name": f"image-{index}", "image": image} for index, image in enumerate(images)]
        yield mutant._replace(name=f"{mutant.name}/{number}", object=made)


def by_the_rules(mutant: Mutant) -> Verdict:
    """What mooring says: an owner without a list is left to its Pods."""
    good = by_mooring(mutant, ACCOUNTS)
    if mutant.object["kind"] == "Pod":
        return Verdict(good, True)
    return Verdict(good or not mutant.listed, good)


def by_the_engine(admission: Admission, engine: str, found: Sequence[Mutant]) -> dict[str, Verdict]:
    judge, policies = admission.judge, admission.policies if engine == KYVERNO else admission.native
    of = {mutant.name: list(becomes(mutant)) for mutant in found}
    asked = [(one, request(judge, one.object, EXEMPT)) for mutant in found for one in (mutant, *of[mutant.name])]
    policies.apply(objects(policy_input(engine, explicit=False), POLICY))
    try:
        said = by_admission(judge, asked)
    finally:
        policies.apply([])
    return {name: Verdict(said[name], all(said[one.name] for one in made)) for name, made in of.items()}


@pytest.fixture(scope="module")
def admission(accounted_admission: Admission) -> Admission:
    accounted_admission.remove()
    frame = {"apiVersion": "v1", "kind": "ServiceAccount"}
    accounts: list[Object] = [
        {**frame, "metadata": {"name": name, "namespace": where}, "imagePullSecrets": [{"name": one} for one in secrets]}
        for (where, name), secrets in ACCOUNTS.items()
    ]
    grants = [thing for thing in cluster() if thing["metadata"]["namespace"] in (ACCOUNTED, UNACCOUNTED)]
    accounted_admission.judge.store(*(namespace(where, granted=True) for where, _ in ACCOUNTS), *accounts, *grants)
    return accounted_admission


@pytest.mark.parametrize("engine", [KYVERNO, KUBERNETES])
def test_an_object_ends_as_the_rules_say(admission: Admission, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = list(moved())
    assert len(found) > 500
    meant = {mutant.name: by_the_rules(mutant) for mutant in found}
    said = by_the_engine(admission, engine, found)
    with capsys.disabled():
        print(table(engine, meant, said))
    assert {name: (one, said[name]) for name, one in meant.items() if said[name] != one} == {}


def test_the_account_decides_where_nothing_else_does() -> None:
    """What the rules say of an image without a list turns with the account, if its host and port are written as granted."""
    bare = [mutant for mutant in moved() if mutant.name.endswith(("-no-list", "-empty-list"))]
    said = {mutant.name: by_mooring(mutant, ACCOUNTS) for mutant in bare if not re.search("-(host|port)-", mutant.name)}
    assert len(said) > 150
    assert said == {name: name.startswith(f"{ACCOUNTED}/") for name in said}


def table(engine: str, meant: Mapping[str, Verdict], said: Mapping[str, Verdict]) -> str:
    """By namespace: the objects that are admitted with their Pods, and those of which something is refused."""
    lines = [f"\n{len(meant)} objects by {engine}, owners without a list of their own left to their Pods"]
    for where, _ in ACCOUNTS:
        names = [name for name in meant if name.startswith(f"{where}/")]
        counts = Counter(said[name] for name in names)
        wrong = sum(said[name] != meant[name] for name in names)
        refused = sum(count for verdict, count in counts.items() if not verdict.own)
        lines.append(
            f"{where:24} admitted {counts[True, True]:4}  refused {refused:4}  its Pods refused {counts[True, False]:4}"
            f"  otherwise {wrong}"
        )
    return "\n".join(lines)
