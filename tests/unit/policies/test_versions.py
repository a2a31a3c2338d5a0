"""The versions that a fleet may name: what the page of the policies says, and each of them takes what is rendered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mooring import cli
from mooring.fleet.policy_names import KYVERNO_ONLY, MUTATING, MUTATING_KIND, POLICIES
from mooring.schema.catalog import Catalog, shipped_versions
from tests.support.example import ROOT, SMALL

ENGINES = {"kyverno": "kyverno", "kubernetes": "kubernetes"}
RELEASES = [(product, version) for product in ENGINES for version in shipped_versions(product)]


@pytest.mark.parametrize("product", ENGINES)
def test_the_oldest_that_is_shipped_is_the_oldest_that_the_page_names(product: str) -> None:
    said = re.findall(rf"{product} (\d+\.\d+) or newer", (ROOT / "docs/policies.md").read_text(), re.IGNORECASE)
    assert said == [shipped_versions(product)[0]]


@pytest.mark.parametrize("product", ENGINES)
def test_no_release_between_is_left_out(product: str) -> None:
    minors = [int(version.split(".")[1]) for version in shipped_versions(product)]
    assert minors == list(range(minors[0], minors[-1] + 1))


MUTATES = [
    version
    for version in shipped_versions("kubernetes")
    if Catalog({"kubernetes": version}).kind(*MUTATING_KIND) is not None
]


def test_mutations_are_stable_from_one_release_on() -> None:
    versions = shipped_versions("kubernetes")
    assert list(versions[versions.index("1.36") :]) == MUTATES


@pytest.mark.parametrize(("engine", "version"), RELEASES)
def test_every_policy_is_what_each_release_takes(
    engine: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lacking = {*KYVERNO_ONLY} if engine == "kubernetes" else set()
    if engine == "kubernetes" and version not in MUTATES:
        lacking.add(MUTATING)
    on = [name for name in POLICIES if name not in lacking]
    rules = ", ".join(f"{name}: {{}}" for name in on)
    (tmp_path / "fleet.yaml").write_text(
        f'{SMALL}versions: {{{engine}: "{version}"}}\n'
        f"policies: {{engine: {engine}, identities: [u], rules: {{{rules}}}, otherRegistries: [docker.io]}}\n"
    )
    assert cli.main(["render"]) == 0, capsys.readouterr().err
    assert len(list((tmp_path / "policies" / engine).glob("*.yaml"))) >= len(on)
