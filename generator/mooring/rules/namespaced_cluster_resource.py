"""A cluster-scoped object that is given a namespace.

What
Kustomize's `namespace:` stamps a namespace on a custom object that is cluster-scoped, such as a ClusterServingRuntime or
a policy: it knows the scope of Kubernetes' own kinds only.

Why
The API server clears the namespace and takes the object; Config Sync and kpt refuse it. Whoever reads the tree takes the
object for one of the namespace's own.

Example
    # kustomization.yaml
    namespace: vision
    resources: [clusterservingruntime.yaml]

Instead
    # in a root of its own, or a service of the fleet without a namespace
    - {name: shared, kind: ClusterServingRuntime, spec: {}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "image", "uri"})
