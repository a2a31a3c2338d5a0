"""Which policies read of the grants what a service may use: the keys are rendered for them alone."""

from __future__ import annotations

import pytest

from mooring.fleet.grants import OPEN
from mooring.fleet.policy_names import POLICIES, READ_OWN
from tests.support.example import ROOT

RENDERED = ROOT / "tests/cases/policy/inject-pull-secret/everything-on/expected/policies/kyverno"


@pytest.mark.parametrize("name", POLICIES)
def test_who_reads_the_secrets_of_a_service(name: str) -> None:
    text = (RENDERED / f"{name}.yaml").read_text(encoding="utf-8")
    reads = f"'{OPEN}'" in text or "'_' + object.kind" in text
    assert reads == (name in READ_OWN)
