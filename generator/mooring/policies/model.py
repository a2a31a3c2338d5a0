"""What the policies are made from: hosts of all environments, what is public, actions and exemptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """`hosts` are every host and alias as written; `public` the `host/project` pairs that need no credential.

    `exempt` are (namespace, policies, reason, until); `sample` a host, a project of a robot and its Secret's name, from
    which the suites are made.
    """

    hosts: tuple[str, ...]
    public: tuple[str, ...]
    robot_prefixes: tuple[str, ...]
    action: str
    actions: Mapping[str, str]
    failure_policy: str
    explicit: bool
    exempt: tuple[tuple[str, tuple[str, ...], str, str], ...]
    sample: tuple[str, str, str]

    def action_of(self, policy: str) -> str:
        """What a violation of one policy leads to."""
        return self.actions.get(policy, self.action)
