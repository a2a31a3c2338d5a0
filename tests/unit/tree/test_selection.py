"""The units of a run, and how long each takes."""

from __future__ import annotations

from pathlib import Path

from mooring.files.products import OUTPUTS
from mooring.plan.environment import CLUSTER
from mooring.tree.selection import POLICIES, ROOT, Scopes, Selection, names_of, scopes, tasks, units, weights
from tests.support.fleet_files import environments

POD = '{predictor: {containers: [{name: c, image: "nginx:1"}]}}'
SERVICES = "".join(f"- {{name: a{number}, namespace: n1, spec: {POD}}}\n" for number in range(3))


def fleet(namespaces: int) -> str:
    listed = "".join(f"- {{name: n{number}}}\n" for number in range(namespaces))
    return (
        "registries: [{name: harbor, host: harbor.example.com}]\nsecrets: {backend: external}\n"
        f"namespaces:\n{listed}services:\n{SERVICES}environments: [{{name: dev}}, {{name: prod}}]\n"
    )


def test_a_namespace_weighs_its_services_and_an_environment_a_tenth_of_its_namespaces(tmp_path: Path) -> None:
    """Each on top of the files that it has in any case, which take as long as four services."""
    weighed = weights(environments(tmp_path, fleet(25)))
    assert weighed[POLICIES] == 40
    assert [weighed["prod", name] for name in (CLUSTER, "n0", "n1", ROOT)] == [4, 4, 4 + 3, 4 + 2]
    assert len(weighed) == 1 + 2 * (25 + 2)


def test_the_units_of_an_environment_end_with_what_takes_them_in(tmp_path: Path) -> None:
    found = environments(tmp_path, fleet(2))
    assert units(found["dev"]) == [("dev", CLUSTER), ("dev", "n0"), ("dev", "n1"), ("dev", ROOT)]
    assert tasks(found, Selection()) == [*units(found["dev"]), *units(found["prod"]), POLICIES]
    assert tasks(found, Selection(("prod",), ("n1",))) == [("prod", "n1")]


def test_the_environments_of_a_selection_stand_in_the_order_of_the_fleet(tmp_path: Path) -> None:
    found = environments(tmp_path, fleet(2))
    assert names_of(found, Selection()) == ["dev", "prod"]
    assert names_of(found, Selection(("prod", "dev"))) == ["dev", "prod"]
    assert names_of(found, Selection(("prod",))) == ["prod"]


def test_a_selection_deletes_in_its_own_folders_alone(tmp_path: Path) -> None:
    found = environments(tmp_path, fleet(2))
    folders = ("overlays", "gitops/argo-cd", "gitops/flux")
    dev, prod = [[f"{folder}/{name}" for folder in folders] for name in ("dev", "prod")]
    assert scopes(found, Selection()) == Scopes(OUTPUTS)
    assert scopes(found, Selection(("dev",))) == Scopes([*dev, "policies"])
    assert scopes(found, Selection((), ("n1",))) == Scopes([f"{folder}/n1" for folder in (*dev, *prod)])
    assert scopes(found, Selection(("prod",), ("n1",))) == Scopes([f"{folder}/n1" for folder in prod])
