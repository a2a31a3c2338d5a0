"""What a live cluster has for a pod's pulls: its Secrets, and where one stands that the pod does not find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mooring.cluster import Cluster, Live, PullSecret, Unread, pull_secret
from mooring.doctor.admitted import LiveService
from mooring.doctor.keyring import NOTHING, Keyring, of_secret, together
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.service_pulls import ServicePulls
from mooring.problems.problem import ObjectRef
from mooring.pulls.verdict import Pull
from mooring.redaction import listed, quote


def secret_keyring(cluster: Cluster, namespace: str, name: str, known: Iterable[str] = ()) -> Keyring:
    """What one live Secret holds; `known` are namespaces to look for it where it is not in its own."""
    found = pull_secret(cluster, namespace, name)
    if isinstance(found, PullSecret):
        ring = of_secret(found.type, found.logins, found.faults)
        named = f"Secret {quote(f'{namespace}/{name}', 'name')}"
        return Keyring(ring.logins, ring.causes, tuple(f"{named}: {fault}" for fault in ring.details), ring.stops)
    if found.why != "absent":
        return Keyring((), ("cluster-unreadable",), (found.message,))
    elsewhere = _elsewhere(cluster, name, known)
    if not elsewhere:
        return Keyring((), ("secret-absent",), (found.message,))
    places = listed([quote(one, "name") for one in elsewhere])
    return Keyring((), ("secret-elsewhere",), (f"{found.message}; there is one of that name in {places}",))


class LiveKeyrings:
    """What the Pods of a service's objects bring to their pulls, as the cluster has it. Each Secret is read once."""

    def __init__(self, cluster: Cluster, resolved: ResolvedEnvironment, services: Sequence[ServicePulls]) -> None:
        self._cluster, self._resolved = cluster, resolved
        self._accounts = {one.object: one.accounts for one in services}
        self._services: dict[ObjectRef, LiveService] = {}
        self._secrets: dict[tuple[str, str], Keyring] = {}

    def of(self, pull: Pull) -> Keyring:
        """The Secrets that the pull's Pod has, else those that it should have."""
        ref, namespace = pull.object, pull.object.namespace or ""
        if not namespace:
            return NOTHING  # a cluster-scoped object runs no pod itself
        if ref not in self._services:
            others = [one.name for one in self._resolved.services.get(namespace, ())]
            self._services[ref] = LiveService(self._cluster, namespace, ref.name or "", others)
        found = self._services[ref].admitted(pull, self._accounts[ref].get(pull.component, ""))
        rings = [self._secret(namespace, name) for name in dict.fromkeys(found.secrets)]
        keyring = together(rings) if rings else Keyring((), ("no-pull-secret",))
        return replace(keyring, beside=found.causes, details=(*found.details, *keyring.details))

    def _secret(self, namespace: str, name: str) -> Keyring:
        key = (namespace, name)
        if key not in self._secrets:
            self._secrets[key] = secret_keyring(self._cluster, namespace, name, self._resolved.namespaces)
        return self._secrets[key]


def _elsewhere(cluster: Cluster, name: str, known: Iterable[str]) -> list[str]:
    """The namespaces that have a Secret of that name: of all, where the caller may list them, else of those known."""
    listing = cluster.named("Secret", name)
    if not isinstance(listing, Unread):
        return sorted(one.namespace for one in listing)
    return [one for one in sorted(known) if isinstance(cluster.read("Secret", one, name), Live)]
