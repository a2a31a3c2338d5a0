"""The folders of a run: environments and namespaces whose folders would be one on some disk."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mooring.fleet import model
from mooring.plan.folders import check_folders
from tests.support.fleet_files import REGISTRY, loaded, said

FLEET = REGISTRY + "environments: [{name: one}, {name: two}]\nnamespaces: [{name: one}, {name: two}]\n"


def fleet(folder: Path, environments: str, namespaces: str) -> model.Fleet:
    """A fleet whose environments and namespaces have these names, as no loader would let them be."""
    read = loaded(folder, FLEET).fleet
    assert read is not None
    named = zip(environments.split(), read.environments, strict=True), zip(namespaces.split(), read.namespaces, strict=True)
    return dataclasses.replace(
        read,
        environments=tuple(dataclasses.replace(item, name=name) for name, item in named[0]),
        namespaces=tuple(dataclasses.replace(item, name=name) for name, item in named[1]),
    )


@pytest.mark.parametrize(("environments", "namespaces", "found"), [
    ("a b", "a b", []),
    ("a A", "a b", ["duplicate-name 5:36"]),
    ("a b", "c C", ["duplicate-name 6:34"]),
    ("a b", "c _CLUSTER", ["duplicate-name 6:34"]),
    ("a b", "c _cluster", ["duplicate-name 6:34"]),
    ("a b", "c Kustomization.yaml", ["duplicate-name 6:34"]),
    # A name that is given twice is a problem of the fleet already.
    ("a a", "c c", []),
])  # fmt: skip
def test_names_that_are_one_where_letter_case_is_not_told_apart(
    environments: str, namespaces: str, found: list[str], tmp_path: Path
) -> None:
    given = fleet(tmp_path, environments, namespaces)
    names = [environment.name for environment in given.environments]
    assert [said(problem) for problem in check_folders(given, names, [])] == found


def test_the_folder_of_what_stands_in_no_namespace_is_mooring_s(tmp_path: Path) -> None:
    [problem] = check_folders(fleet(tmp_path, "a b", "c _cluster"), ["a", "b"], [])
    assert problem.message == "mooring and namespace `_cluster` would both be written to `overlays/*/_cluster`"


def test_an_environment_without_a_place_and_the_policies_own_files(tmp_path: Path) -> None:
    """`default` stands in no file; the policies' files are mooring's own, whichever of them collide."""
    bare = dataclasses.replace(fleet(tmp_path, "a b", "a b"), environments=())
    problems = [*check_folders(bare, ["default"], ["policies/a.yaml", "policies/A.yaml"])]
    assert [(one.code, one.file, one.route) for one in problems] == [("duplicate-name", "policies/A.yaml", ())]
