"""What a live cluster has for a pod's pulls: its Secrets, and where one stands that the pod does not find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mooring.cluster import Cluster, Live, PullSecret, Unread, pull_secret
from mooring.doctor.keyring import Keyring, of_secret, together
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


def secrets_keyring(cluster: Cluster, namespace: str, names: Sequence[str], known: Iterable[str]) -> Keyring:
    """What all Secrets of a pod hold."""
    if not names:
        return Keyring()
    return together(secret_keyring(cluster, namespace, name, known) for name in dict.fromkeys(names))


def _elsewhere(cluster: Cluster, name: str, known: Iterable[str]) -> list[str]:
    """The namespaces that have a Secret of that name: of all, where the caller may list them, else of those known."""
    listing = cluster.named("Secret", name)
    if not isinstance(listing, Unread):
        return sorted(one.namespace for one in listing)
    return [one for one in sorted(known) if isinstance(cluster.read("Secret", one, name), Live)]
