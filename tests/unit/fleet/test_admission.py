"""Which policies of a fleet are on, and what a violation of each leads to."""

from __future__ import annotations

import pytest

from mooring.fleet.admission import Exemption, Policies, RulePolicy
from mooring.fleet.policy_names import NEEDS_IDENTITIES, OPTIONAL, POLICIES
from mooring.fleet.schema import keys

USUAL = [name for name in POLICIES if name not in OPTIONAL and name != NEEDS_IDENTITIES]
FIRST, OTHER = USUAL[:2]
LEFT = next(iter(OPTIONAL))


def test_an_exemption_names_a_policy_and_a_reason() -> None:
    found = {key.name: key.schema for key in keys(Exemption)}
    assert (found["policies"]["minItems"], found["reason"]["minLength"]) == (1, 1)
    identities = {key.name: key.schema for key in keys(Policies)}["identities"]
    assert identities["items"]["minLength"] == 1


@pytest.mark.parametrize(("rules", "changed"), [
    ({}, {}),
    ({FIRST: RulePolicy()}, {}),
    ({FIRST: RulePolicy(action="Deny")}, {FIRST: "Deny"}),
    ({FIRST: RulePolicy(enabled=False)}, {FIRST: None}),
    ({FIRST: RulePolicy(enabled=False, action="Deny"), OTHER: RulePolicy(action="Warn")}, {FIRST: None, OTHER: "Warn"}),
    # Naming an optional one switches it on.
    ({LEFT: RulePolicy()}, {LEFT: "Audit"}),
    ({LEFT: RulePolicy(enabled=False)}, {}),
    ({NEEDS_IDENTITIES: RulePolicy()}, {NEEDS_IDENTITIES: "Audit"}),
])  # fmt: skip
def test_what_is_on(rules: dict[str, RulePolicy], changed: dict[str, str | None]) -> None:
    expected = {**dict.fromkeys(USUAL, "Audit"), **changed}
    assert Policies(rules=rules).actions() == {name: action for name, action in expected.items() if action is not None}


def test_one_policy_is_on_where_somebody_is_named_whom_it_lets_through() -> None:
    assert NEEDS_IDENTITIES not in Policies().actions()
    assert Policies(identities=("system:admin",), action="Deny").actions() == dict.fromkeys(
        [*USUAL, NEEDS_IDENTITIES], "Deny"
    )
