"""Suites on request: which files there are, what they say, how short they are. `tests/real/test_suites.py` runs them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring import cli
from mooring.fleet.policy_names import POLICIES
from tests.support.example import ROOT
from tests.support.fleet_files import HEAD

Object = dict[str, Any]
GOLDEN = ROOT / "tests/cases/policy/suite/on-request/expected/policies/kyverno/tests"
REST = """\
registries: [{name: harbor, host: harbor.example.com, publicProjects: [vision]}]
secrets: {backend: external}
robots: [{name: vision, projects: [vision, base], namespaces: [vision], expires: never}]
namespaces: [{name: vision}]
"""


def rendered(folder: Path, policies: str) -> list[str]:
    """The files below `policies/` of a fleet with these settings."""
    (folder / "fleet.yaml").write_text(f"{HEAD}{REST}policies: {policies}\n")
    assert cli.main(["render", "--quiet", "--fleet", str(folder / "fleet.yaml")]) == 0
    return sorted(path.relative_to(folder / "policies").as_posix() for path in (folder / "policies").rglob("*.*"))


def results(folder: Path, policy: str = "require-pull-secret") -> dict[str, str]:
    """What the suite expects of each object."""
    test = yaml.safe_load((folder / f"policies/kyverno/tests/{policy}/kyverno-test.yaml").read_text())
    return {name: entry["result"] for entry in test["results"] for name in entry["resources"]}


def test_suites_come_and_go_with_the_setting(tmp_path: Path) -> None:
    without = rendered(tmp_path, "{}")
    page = (tmp_path / "policies/kyverno/README.md").read_text()
    assert not any("tests/" in path for path in without) and "suite" not in page and "kyverno test" not in page
    both = rendered(tmp_path, "{suites: true}")
    suites = {path.split("/")[2] for path in both if "/tests/" in path}
    assert suites == {path.split("/")[1][:-5] for path in without if path.split("/")[1][:-5] in POLICIES}
    assert set(without) < set(both)
    assert "`kyverno test policies/kyverno`" in (tmp_path / "policies/kyverno/README.md").read_text()
    assert rendered(tmp_path, "{suites: false}") == without
    assert not (tmp_path / "policies/kyverno/tests").exists()


def test_the_api_server_s_policies_have_none(tmp_path: Path) -> None:
    without = rendered(tmp_path, "{engine: kubernetes}")
    assert rendered(tmp_path, "{engine: kubernetes, suites: true}") == without
    assert "kyverno test" not in (tmp_path / "policies/kubernetes/README.md").read_text()


def test_an_environment_s_patches_and_policies_bring_no_suite(tmp_path: Path) -> None:
    """A suite judges the fleet's own policies, whatever an environment makes of them."""
    more = "environments: [{name: dev, policies: {rules: {allowed-registries: {}, require-pull-secret: {enabled: false}}}}]"
    found = rendered(tmp_path, "{suites: true}\n" + more)
    assert (tmp_path / "overlays/dev/_cluster/allowed-registries.yaml").is_file()
    assert "kyverno/tests/require-pull-secret/kyverno-test.yaml" in found
    assert not any("allowed-registries" in path for path in found)


def test_the_image_is_of_a_private_project(tmp_path: Path) -> None:
    rendered(tmp_path, "{suites: true}")
    objects = (tmp_path / "policies/kyverno/tests/require-pull-secret/resources.yaml").read_text()
    assert "harbor.example.com/base/app:1.0" in objects
    assert results(tmp_path)["suite/public-project"] == "pass" and "harbor.example.com/vision/app:1.0" in objects


def test_owners_without_a_list_pass_where_they_are_left_to_their_pods(tmp_path: Path) -> None:
    rendered(tmp_path, "{suites: true, explicit: false}")
    found = results(tmp_path)
    assert {name: found[f"suite/{name}"] for name in ("no-list", "service-without-a-list")} == {
        "no-list": "fail",
        "service-without-a-list": "pass",
    }


@pytest.mark.parametrize(("namespace", "number"), [("suite", 10), ("suite-without-grants", 1), ("kube-system", 1)])
def test_what_stands_in_an_exempt_namespace_is_left_alone(tmp_path: Path, namespace: str, number: int) -> None:
    exempt = f"{{namespace: {namespace}, policies: [require-pull-secret], reason: r, until: never}}"
    rendered(tmp_path, f"{{suites: true, exempt: [{exempt}]}}")
    skipped = {name for name, result in results(tmp_path).items() if result == "skip"}
    assert f"{namespace}/{'namespace-without-grants' if namespace == 'suite-without-grants' else 'no-list'}" in skipped
    assert len(skipped) == number
    assert {name for name in results(tmp_path) if name.startswith(f"{namespace}/")} == skipped
    assert "skip" not in {
        result for name, result in results(tmp_path, "restrict-pull-secret-use").items() if "controller" not in name
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_a_suite_is_read_in_a_minute(policy: str) -> None:
    """A few objects, each called once by what is right or wrong with it, in few lines and narrow ones."""
    files = {path.relative_to(GOLDEN / policy).as_posix(): path.read_text() for path in (GOLDEN / policy).rglob("*.yaml")}
    objects = [thing["metadata"] for thing in yaml.safe_load_all(files["resources.yaml"])]
    assert 5 <= len(objects) <= 12
    handles = [f"{thing['namespace']}/{thing['name']}" for thing in objects]
    assert len({*handles}) == len(objects)
    assert sorted(results(GOLDEN.parents[2], policy)) == sorted(handles)
    assert {name: text.count("\n") for name, text in files.items() if text.count("\n") > 80} == {}
    lines = [line for text in files.values() for line in text.split("\n") if not line.startswith('  ".dockerconfigjson": ')]
    assert [line for line in lines if len(line) > 120] == []
    assert files["kyverno-test.yaml"].split("\n")[1].endswith("kyverno test policies/kyverno")


def test_what_is_refused_is_called_by_its_fault() -> None:
    refused = [
        [name.partition("/")[2] for name, result in results(GOLDEN.parents[2], policy).items() if result == "fail"]
        for policy in POLICIES
    ]
    assert not any(name.startswith(("bad", "fail", "wrong")) for name in itertools.chain(*refused))
    assert refused[POLICIES.index("require-pull-secret")] == [
        "no-list", "secret-without-a-grant", "secret-of-another-project", "namespace-without-grants",
        "host-with-another-port", "service-without-a-list", "list-of-the-predictor-alone",
    ]  # fmt: skip
