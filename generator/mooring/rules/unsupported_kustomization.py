"""A kustomization that does more than list `resources:`.

What
Transformers, generators, Helm charts and remote bases change what is built. Mooring must know the built form,
whether or not kustomize is installed.

Why
A pull that was proved on the files would be another one in the cluster.

Example
    resources: [deployment.yaml]
    namePrefix: vision-

Instead
    resources: [deployment.yaml]
"""

from __future__ import annotations

from mooring.problem import Severity
from mooring.redaction import Kind

SEVERITY: Severity = "error"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"path"})
