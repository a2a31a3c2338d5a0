"""The policies by name: what the names' sets say of some of them is true of what these are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet import policy_names
from mooring.fleet.grants import OPEN
from mooring.fleet.policy_names import POLICIES
from mooring.plan.policies import policy_input
from mooring.policies import texts
from mooring.policies.plan import made
from mooring.schema.catalog import Catalog, shipped_versions
from tests.support.fleet_files import REGISTRY, loaded, said

ALL = "policies: {identities: ['system:admin'], rules: {allowed-registries: {}, inject-pull-secret: {}}}\n"


def written(folder: Path) -> dict[str, str]:
    """The CEL of every policy there is, by its name."""
    read = loaded(folder, REGISTRY + ALL)
    assert read.fleet is not None and list(read.problems) == []
    return {name: repr(text) for name, text in made(policy_input(read.fleet), Catalog()).items()}


def test_each_policy_has_a_module_of_its_name(tmp_path: Path) -> None:
    assert list(written(tmp_path)) == list(POLICIES)
    assert {name.replace("-", "_") for name in POLICIES} == {
        path.stem for path in Path(str(texts.__file__)).parent.glob("[!_]*.py")
    }


@pytest.mark.parametrize(("text", "names"), [
    # The API server's CEL has neither.
    ("base64.decode", policy_names.KYVERNO_ONLY), ("json.unmarshal", policy_names.KYVERNO_ONLY),
    (f"'{OPEN}'", policy_names.READ_OWN),
])  # fmt: skip
def test_who_reads_what(text: str, names: frozenset[str], tmp_path: Path) -> None:
    assert {name for name, cel in written(tmp_path).items() if text in cel} == names


@pytest.mark.parametrize(("policies", "absent"), [
    ("", {"protect-pull-grants", "allowed-registries", "inject-pull-secret"}),
    ("identities: ['system:admin']", {"allowed-registries", "inject-pull-secret"}),
    ("identities: ['system:admin'], rules: {inject-pull-secret: {}}", {"allowed-registries"}),
])  # fmt: skip
def test_what_is_on_by_itself(policies: str, absent: set[str], tmp_path: Path) -> None:
    read = loaded(tmp_path, REGISTRY + f"policies: {{{policies}}}\n")
    assert read.fleet is not None
    assert set(POLICIES) - read.fleet.policies.actions().keys() == absent


def test_what_needs_identities_is_a_problem_without_them(tmp_path: Path) -> None:
    read = loaded(tmp_path, REGISTRY + "policies: {rules: {protect-pull-grants: {}}}\n")
    assert [said(problem) for problem in read.problems] == ["missing-key 5:20"]


def test_the_first_version_that_mutates() -> None:
    """Which versions of Kubernetes are shipped, and which of them has the kind as stable."""
    kind = policy_names.MUTATING_KIND
    there = [version for version in shipped_versions("kubernetes") if Catalog({"kubernetes": version}).kind(*kind)]
    assert (there[0], shipped_versions("kubernetes")[0]) == ("1.36", "1.30")
