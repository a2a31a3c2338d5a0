"""Suites for the Kyverno CLI: of all the rows of a policy, where those that a fleet is given have a few of them; what in a
suite does not hold; policies that say the opposite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from mooring.fleet.policy_names import KYVERNO
from mooring.policies import plan, suites
from mooring.schema.catalog import Catalog
from mooring.tree.unit import text_of
from tests.real.kyverno_cli import SUITE, Kyverno
from tests.real.policy_objects import of_fleet
from tests.support import policy_rows
from tests.support.decisions import sample_of

Objects = list[dict[str, Any]]


def judged_policies(name: str) -> list[str]:
    """The policies of a fleet that Kyverno judges by."""
    given = of_fleet(name)
    return sorted(plan.made(given, Catalog())) if given.engine == KYVERNO else []


def whole_suite(name: str, folder: Path, policy: str) -> Path:
    """Writes the suite beside the policies of the fleet that were rendered into the folder."""
    given = of_fleet(name)
    here, rows = plan.folder(given.engine), list(policy_rows.rows(policy, given))
    for artifact in suites.files(policy, rows, sample_of(given).grants, here, Catalog()):
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(artifact, "fleet.yaml")[0], encoding="utf-8")
    return folder / here / "tests" / policy


def read(path: Path) -> Objects:
    return [thing for thing in yaml.safe_load_all(path.read_text(encoding="utf-8")) if thing]


def write(path: Path, objects: Objects) -> None:
    path.write_text(yaml.safe_dump_all(objects), encoding="utf-8")  # block style: `{` is JSON to the CLI


def handles(suite: Path, *results: str) -> set[str]:
    """The objects of which the suite expects one of these."""
    (test,) = read(suite / SUITE)
    return {handle for row in test["results"] for handle in row["resources"] if row["result"] in results}


def red(kyverno: Kyverno, suite: Path) -> set[str]:
    """The objects whose row does not hold."""
    outcome = kyverno.test(suite)
    assert len(outcome.rows) == len(handles(suite, "pass", "fail", "skip"))
    named = (fault.split("`")[3] for fault in outcome.faults if " should " in fault)
    return {"/".join(name.split("/")[-2:]) for name in named}


def full(handle: str) -> str:
    """As Kyverno names the object: its `default` stands for no namespace."""
    return handle if "/" in handle else f"default/{handle}"


def turn(policy: Path) -> None:
    """Makes a policy say the opposite, of everything; a mutation say nothing."""
    (written,) = read(policy)
    spec = written["spec"]
    if "mutations" in spec:
        nothing = "variables.wanted.filter(e, false).map(e, JSONPatch{op: 'test'})"
        spec["mutations"][0]["jsonPatch"]["expression"] = nothing
    else:
        both = " && ".join(f"({rule['expression']})" for rule in spec["validations"])
        spec |= {"matchConditions": [], "validations": [{"expression": f"!({both})", "message": "m"}]}
    write(policy, [written])


def patched(suite: Path) -> set[str]:
    """The objects of which a mutation makes others."""
    before, after = read(suite / "resources.yaml"), read(suite / "patched.yaml")
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}"
        for one, two in zip(before, after, strict=True)
        if one != two
    }
