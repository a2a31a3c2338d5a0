"""What the policies are made from: hosts of all environments, what is public, actions and exemptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mooring.policies.decisions import Sample


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """`hosts` are every host and alias as written; `public` the `host/project` pairs that need no credential.

    `exempt` are (namespace, policies, reason, until); `sample` is what of the
    fleet the suites are made from.
    """

    hosts: tuple[str, ...]
    public: tuple[str, ...]
    robot_prefixes: tuple[str, ...]
    action: str
    actions: Mapping[str, str]
    failure_policy: str
    explicit: bool
    exempt: tuple[tuple[str, tuple[str, ...], str, str], ...]
    sample: Sample

    def action_of(self, policy: str) -> str:
        """What a violation of one policy leads to."""
        return self.actions.get(policy, self.action)
