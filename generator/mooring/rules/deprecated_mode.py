"""The deployment mode is written by the name that it had before KServe 0.16.

What
KServe 0.16 renamed `RawDeployment` to `Standard` and `Serverless` to `Knative`. The annotation of an InferenceService or an
InferenceGraph says the old name, and the fleet's `versions.kserve` is 0.16 or later. Where the fleet does not say which
release its clusters have, nothing is said.

Why
The releases up to 0.20 still take the old names, and their source calls them deprecated. From 0.17 on KServe's webhook rewrites
the annotation of an InferenceService, so that what is stored is not what is committed.

Example
    versions: {kserve: "0.20"}
    services:
    - name: detector
      annotations: {serving.kserve.io/deploymentMode: RawDeployment}

Instead
    versions: {kserve: "0.20"}
    services:
    - name: detector
      annotations: {serving.kserve.io/deploymentMode: Standard}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset()
