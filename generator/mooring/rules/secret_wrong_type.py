"""The Secret that a pod names is of a type that holds no registry login.

What
The kubelet reads a login from Secrets of type `kubernetes.io/dockerconfigjson` (key `.dockerconfigjson`) and
`kubernetes.io/dockercfg` (key `.dockercfg`). A Secret without a type is `Opaque`; so is one that an ExternalSecret or a
SealedSecret makes whose template gives no type.

Why
The kubelet passes it over without a word, and the pull fails as if no Secret were named.

Example
    kind: Secret
    metadata: {name: harbor-credential, namespace: vision}
    data:
      .dockerconfigjson: <base64>

Instead
    kind: Secret
    metadata: {name: harbor-credential, namespace: vision}
    type: kubernetes.io/dockerconfigjson
    data:
      .dockerconfigjson: <base64>
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"name", "choice"})
