"""Each mutant gets one verdict from four judges: the Kyverno CLI, the API server by its own admission policies, Kyverno's
admission controller, and mooring's rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from mooring.policies.samples import BARE
from tests.real.changes import changes
from tests.real.judges import POLICY, Verdicts, asked, by_admission, by_mooring, policy_input
from tests.real.kyverno_admission import EXEMPT, Admission
from tests.real.kyverno_cli import Kyverno
from tests.real.mutants import Mutant, cluster, mutants
from tests.real.policy_objects import Object, namespace, objects

JUDGES = ("kyverno-cli", "api-server", "kyverno-admission", "mooring")


# --- the four judges


def by_the_cli(kyverno: Kyverno, folder: Path, policies: Sequence[Object], found: Iterable[Mutant]) -> Verdicts:
    """Creations only: it knows nothing that stands."""
    judged = [mutant for mutant in found if mutant.operation == "CREATE"]
    context = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Context", "metadata": {"name": "c"}}
    paths = [folder / name for name in ("policies.yaml", "resources.yaml", "context.yaml")]
    contents = (policies, [mutant.object for mutant in judged], [{**context, "spec": {"resources": cluster()}}])
    for path, documents in zip(paths, contents, strict=True):
        path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    rows = kyverno.apply(paths[:1], paths[1:2], paths[2])
    assert {row.result for row in rows} <= {"pass", "fail"}
    said = {tuple(row.resource.rsplit("/", 3)[1:]): row.result == "pass" for row in rows}
    keys = {mutant.name: key(mutant) for mutant in judged}
    assert len(said) == len(rows) == len(judged), f"{len(rows)} rows of {len(judged)} objects"
    return {name: said[found] for name, found in keys.items()}


def key(mutant: Mutant) -> tuple[str, str, str]:
    metadata = mutant.object["metadata"]
    return mutant.object["kind"], metadata["namespace"], metadata["name"]


# --- the table


@pytest.fixture(scope="module")
def admission(kyverno_admission: Admission) -> Admission:
    kyverno_admission.remove()
    labelled = [thing["metadata"]["namespace"] for thing in cluster()]
    kyverno_admission.judge.store(
        *(namespace(name, granted=True) for name in labelled), namespace(BARE), *cluster(), user=EXEMPT
    )
    return kyverno_admission


def verdicts(admission: Admission, found: Sequence[Mutant], *, explicit: bool) -> dict[str, Verdicts]:
    """What both engines say; one at a time, so that each verdict is that one's."""
    said: dict[str, Verdicts] = {}
    judge = admission.judge
    for place, apply in (("kyverno-admission", admission.apply), ("api-server", admission.native.apply)):
        engine = KYVERNO if place == "kyverno-admission" else KUBERNETES
        requests = [(mutant, asked(judge, mutant)) for mutant in found]
        apply(objects(policy_input(engine, explicit=explicit), POLICY))
        said[place] = by_admission(judge, requests)
        apply([])
    return said


def test_four_verdicts(admission: Admission, kyverno: Kyverno, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = [*mutants(), *changes()]
    said = verdicts(admission, found, explicit=True)
    said["kyverno-cli"] = by_the_cli(kyverno, tmp_path, objects(policy_input(KYVERNO, explicit=True), POLICY), found)
    said["mooring"] = {mutant.name: by_mooring(mutant, {}) for mutant in found if mutant.states}
    with capsys.disabled():
        print(table(found, said))
    wrong = {
        mutant.name: (mutant.allowed, {judge: said[judge].get(mutant.name) for judge in JUDGES})
        for mutant in found
        if any(said[judge].get(mutant.name, mutant.allowed) != mutant.allowed for judge in JUDGES)
    }
    assert wrong == {}
    assert {len(said["kyverno-admission"]), len(said["api-server"])} == {len(found)}
    assert len(said["mooring"]) > 300 and len(said["kyverno-cli"]) > 300


def table(found: Sequence[Mutant], said: Mapping[str, Verdicts]) -> str:
    meant = {mutant.name: mutant.allowed for mutant in found}
    admitted = sum(meant.values())
    lines = [f"\n{len(found)} mutants, {admitted} to be admitted and {len(found) - admitted} to be refused"]
    for judge in JUDGES:
        counts = Counter((allowed, meant[name] == allowed) for name, allowed in said[judge].items())
        lines.append(
            f"{judge:18} admitted {counts[True, True]:4}  refused {counts[False, True]:4}"
            f"  otherwise {counts[True, False] + counts[False, False]}  not asked {len(found) - len(said[judge])}"
        )
    return "\n".join(lines)
