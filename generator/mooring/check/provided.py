"""The pull Secrets that an environment of a fleet brings to its namespaces, planned where they are asked for."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from mooring.pulls.facts import SecretFacts

if TYPE_CHECKING:
    from mooring.plan.environment import ResolvedEnvironment

_EXTERNAL = "external"


class ProvidedSecrets:
    """The Secrets of one environment's robots; none without a fleet (`resolved` is None)."""

    def __init__(self, resolved: ResolvedEnvironment | None) -> None:
        self._resolved = resolved
        self._planned: dict[str, Mapping[str, SecretFacts]] = {}
        self._outside: set[tuple[str, str]] = set()

    def of(self, namespace: str) -> Mapping[str, SecretFacts]:
        """The Secrets that stand in the namespace, by name."""
        found = self._planned.get(namespace)
        if found is None:
            found = self._planned[namespace] = self._plan(namespace)
        return found

    def made_outside(self, namespace: str, name: str) -> bool:
        """Whether no file of the rendered tree makes the Secret, which `of` has given."""
        return (namespace, name) in self._outside

    @functools.cached_property
    def everywhere(self) -> Collection[tuple[str, str]]:
        """Every Secret of the fleet, by (namespace, name)."""
        namespaces = self._resolved.namespaces if self._resolved is not None else ()
        return frozenset((namespace, name) for namespace in namespaces for name in self.of(namespace))

    def _plan(self, name: str) -> Mapping[str, SecretFacts]:
        """The Secrets of the namespace's robots, by name; notes those that are made outside of the tree."""
        resolved = self._resolved
        namespace = resolved.namespaces.get(name) if resolved is not None else None
        if resolved is None or namespace is None:
            return {}
        # A check without a fleet plans nothing, and starts sooner without the planner.
        from mooring.plan.namespace import plan_namespace
        from mooring.plan.pulls import robot_facts

        found = {}
        for robot in plan_namespace(resolved, namespace).robots:
            hosts = resolved.hosts(robot)
            found[robot.secret] = SecretFacts(hosts, robot_facts(resolved, robot, hosts))
            if resolved.fleet.backend_of(robot) == _EXTERNAL:
                self._outside.add((name, robot.secret))
        return found
