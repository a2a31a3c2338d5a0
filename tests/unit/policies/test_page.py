"""The page beside the policies: every place and every message stands there, with what to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mooring.fleet.policy_names import MUTATING, POLICIES
from mooring.policies import podspecs, texts
from mooring.schema.catalog import Catalog
from tests.support.example import ROOT
from tests.support.reading import expressions

PAGES = [*ROOT.glob("policies/*/README.md"), *ROOT.glob("tests/cases/policy/*/*/expected/policies/*/README.md")]


def rendered(page: Path) -> list[Path]:
    return [path for path in page.parent.glob("*.yaml") if path.stem in POLICIES]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT).parent)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_policy_says_stands_there_with_what_to_write(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert rendered(page)
    for path in rendered(page):
        policy = path.read_text(encoding="utf-8")
        for said, mend in texts.load(path.stem).MENDS:
            assert said in policy and f"| … {said} … | {mend} |" in text, path.stem
        assert f"{policy.count(chr(10))} lines" in text


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_message_is_one_of_those(page: Path) -> None:
    for path in rendered(page):
        found = [said for said, _ in texts.load(path.stem).MENDS]
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        messages = [rule["message"] for rule in spec.get("validations", ()) if "message" in rule]
        assert [message for message in messages if not any(said in message for said in found)] == []
        assert len(found) >= max(len(messages), path.stem != MUTATING)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_each_place_stands_there_once_for_each_kind(page: Path) -> None:
    rows = re.findall(r"^\| `(spec[^`]*)` \| ([^|]+) \| its own", page.read_text(encoding="utf-8"), re.MULTILINE)
    found = sorted((place, kind) for place, kinds in rows for kind in kinds.split(", "))
    kinds = [info for info in podspecs.matched(Catalog()) if page.parent.name == "kyverno" or info.scope == "Namespaced"]
    meant = {(".".join(spec).replace(".*", "[]"), info.kind) for info in kinds for spec in info.pod_specs}
    assert found == sorted(meant)


def test_each_place_stands_in_the_policy_once() -> None:
    (table,) = (
        text for text in expressions((ROOT / "policies/kyverno/require-pull-secret.yaml").read_text()) if "'spec'" in text
    )
    for place in podspecs.places(podspecs.matched(Catalog())):
        assert table.count(f"'{'.'.join(place).replace('.*', '[]')}':") == 1
