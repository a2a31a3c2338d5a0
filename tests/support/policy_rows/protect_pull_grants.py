"""What is mooring's, and what is not; who asks is nobody whom the fleet names."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.fleet.grants import GRANTS
from mooring.policies.model import Object, PolicyInput, Row
from mooring.policies.samples import BARE, secret, thing

_LABEL = "app.kubernetes.io/managed-by"


def rows(_given: PolicyInput) -> Iterator[Row]:
    """What is mooring's, and what is not; the suite's user is nobody whom the fleet names."""
    managed = {"labels": {_LABEL: "mooring"}}
    grants: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": GRANTS, "namespace": BARE},
        "data": {"a": "b"},
    }
    other = {**grants, "metadata": {"name": "settings", "namespace": BARE}}
    copied = {**other, "metadata": {"name": "modelconfig-labelled-0", "namespace": BARE, **managed}}
    external = thing("external-secrets.io/v1", "ExternalSecret", "managed", {"target": {}})
    ours = secret("managed-secret", {})
    for made in (external, ours):
        made["metadata"] |= managed
    yield Row(grants, "fail")
    yield Row(ours, "fail")
    yield Row(external, "fail")
    yield Row(other, "skip")
    yield Row(copied, "skip")
    yield Row(secret("secret-of-somebody", {}), "skip")
    yield Row(thing("external-secrets.io/v1", "ExternalSecret", "of-somebody", {"target": {}}), "skip")
