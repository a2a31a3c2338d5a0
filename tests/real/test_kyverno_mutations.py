"""Of what only Kyverno can judge by, too, no clause can be changed without a row that shows it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mooring.fleet.policy_names import KYVERNO_ONLY, MUTATING
from mooring.policies import samples
from tests.real.cel_mutations import mutations
from tests.real.equivalents import SHARED, unseen
from tests.real.fleets import rendered
from tests.real.kyverno_cli import Kyverno
from tests.real.policy_objects import EVERYTHING, Object, grants, objects, of_fleet
from tests.real.suites import whole_suite
from tests.support import policy_rows
from tests.support.decisions import sample_of

CONTEXT = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Context", "metadata": {"name": "c"}}


def broken(policy: Object) -> Iterator[tuple[str, Object]]:
    """The policy with one clause changed."""
    for key in ("variables", "matchConditions", "validations"):
        for index, part in enumerate(policy["spec"][key]):
            if part.get("name", key) in {*SHARED, "not-a-dry-run", "not-being-deleted", "changes-what-is-judged"}:
                continue  # the same text in each policy: changed once
            for what, text in mutations(part["expression"]):
                made = copy.deepcopy(policy)
                made["spec"][key][index]["expression"] = text
                yield f"{part.get('name', key)}: {what}", made


@pytest.mark.parametrize("name", sorted(KYVERNO_ONLY))
def test_no_clause_can_be_changed_unseen(
    kyverno: Kyverno, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = of_fleet(EVERYTHING)
    (policy,) = objects(given, name)
    rows = list(policy_rows.rows(name, given))
    made = [("none", policy), *broken(policy)]
    policies = [{**one, "metadata": {"name": f"mutation-{number}"}} for number, (_, one) in enumerate(made)]
    context = {**CONTEXT, "spec": {"resources": [grants(samples.NAMESPACE, sample_of(given).grants)]}}
    paths = [tmp_path / name for name in ("policies.yaml", "resources.yaml", "context.yaml")]
    for path, documents in zip(paths, (policies, [row.object for row in rows], [context]), strict=True):
        path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    said: dict[str, set[tuple[str, str]]] = {}
    for row in kyverno.apply(paths[:1], paths[1:2], paths[2]):
        said.setdefault(row.policy, set()).add((row.resource.rsplit("/", 1)[1], row.result))
    meant = said["mutation-0"]
    assert meant == {(row.object["metadata"]["name"], row.result) for row in rows}
    alive = [what for number, (what, _) in enumerate(made) if said.get(f"mutation-{number}") == meant]
    with capsys.disabled():
        print(f"\n{name}: {len(made) - 1} changes, {len(rows)} rows, unseen: {len(alive) - 1}")
    assert unseen(name, alive) == []


def test_no_clause_of_a_mutation_can_be_changed_unseen(
    kyverno: Kyverno, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed policy must patch some object of its suite otherwise; one at a time, since patches add up."""
    rendered(EVERYTHING, tmp_path)
    place = tmp_path / f"policies/kyverno/{MUTATING}.yaml"
    suite = whole_suite(EVERYTHING, tmp_path, MUTATING)
    written = yaml.safe_load(place.read_text(encoding="utf-8"))
    assert kyverno.test(suite).faults == ()
    made = list(injecting(written))
    alive = []
    for what, policy in made:
        place.write_text(yaml.safe_dump(policy), encoding="utf-8")
        if not kyverno.test(suite).faults:
            alive.append(what)
    with capsys.disabled():
        print(f"\n{MUTATING}: {len(made)} changes, unseen: {len(alive)}")
    assert unseen(MUTATING, alive) == []


def injecting(policy: Object) -> Iterator[tuple[str, Object]]:
    """The mutation with one clause of its own changed."""
    spec = policy["spec"]
    own = [one for one in spec["variables"] if one["name"] == "wanted"]
    assert len(own) == 1
    for part in (*own, spec["mutations"][0]["jsonPatch"]):
        whole = part["expression"]
        for what, text in mutations(whole):
            part["expression"] = text
            yield what, copy.deepcopy(policy)
        part["expression"] = whole
