"""A cluster-scoped object among a namespace's.

What
Kustomize's `namespace:` stamps a namespace on a ClusterServingRuntime or a policy, and a second Namespace object
clashes with the fleet's own.

Why
The build passes, and the API server refuses the object.

Example
    - {name: shared, namespace: vision, kind: ClusterServingRuntime, spec: {}}

Instead
    - {name: shared, kind: ClusterServingRuntime, spec: {}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "image", "uri"})
