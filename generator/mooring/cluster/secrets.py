"""Pull Secrets of a live cluster: what one holds for a registry, and which login each namespace has by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mooring.cluster.objects import Unread
from mooring.cluster.reading import Cluster
from mooring.redaction import quote
from mooring.registry.credentials import AuthEntry, credentials
from mooring.registry.dockerconfig import KEYS
from mooring.registry.encoding import from_base64


@dataclass(frozen=True, slots=True)
class PullSecret:
    """A live Secret: its type, its logins by the keys of their entries, and in words what is wrong with it."""

    namespace: str
    name: str
    type: str
    logins: Mapping[str, AuthEntry] = field(repr=False)
    faults: tuple[str, ...] = ()


def pull_secret(cluster: Cluster, namespace: str, name: str) -> PullSecret | Unread:
    """The pull Secret of that name; one of another type has no logins, since the kubelet takes none from it."""
    found = cluster.read("Secret", namespace, name)
    if isinstance(found, Unread):
        return found
    kind = str(found.data.get("type") or "Opaque")
    if kind not in KEYS:
        return PullSecret(namespace, name, kind, {}, (f"the kubelet pulls with no Secret of type {quote(kind, 'choice')}",))
    values = found.data.get("data")
    written = values.get(KEYS[kind]) if isinstance(values, Mapping) else None
    if not isinstance(written, str):
        return PullSecret(namespace, name, kind, {}, (f"the Secret has no `{KEYS[kind]}`",))
    try:
        raw = from_base64(written)
    except ValueError:
        return PullSecret(namespace, name, kind, {}, ("the docker configuration is not base64",))
    logins, faults = credentials(raw, KEYS[kind])
    return PullSecret(namespace, name, kind, logins, tuple(faults))


def logins(cluster: Cluster, namespaces: Iterable[str], name: str, host: str) -> dict[str, str | Unread]:
    """Whom the Secret of that name logs in as at a host, in each namespace: the name alone. It is empty where the Secret
    has no entry for the host."""
    found: dict[str, str | Unread] = {}
    for namespace in namespaces:
        secret = pull_secret(cluster, namespace, name)
        if isinstance(secret, Unread):
            found[namespace] = secret
        else:
            entry = secret.logins.get(host)
            found[namespace] = entry.username if entry else ""
    return found
