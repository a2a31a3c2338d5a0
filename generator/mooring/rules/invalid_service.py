"""What KServe's webhook refuses, or the pod dies of, though the schema accepts it.

What
A predictor with nothing in it, a `model` beside a container `kserve-container`, a container without an image, an
entry of `imagePullSecrets` without a name, `minReplicas` above `maxReplicas`, a name that KServe refuses.

Why
The sync fails halfway, or the pod never starts.

Example
    spec:
      predictor: {}

Instead
    spec:
      predictor:
        model: {modelFormat: {name: sklearn}, storageUri: "gs://models/iris"}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "number", "image", "uri"})
