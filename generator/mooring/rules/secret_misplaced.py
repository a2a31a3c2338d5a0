"""`imagePullSecrets` stands where nothing reads it.

What
The list belongs into a pod spec: under `predictor`, `transformer`, `explainer`, a `workerSpec`, a `template`.
Beside them, in a container or in `model`, the API server takes it out silently.

Why
It looks as if the Secret were named, and it is not.

Example
    spec:
      imagePullSecrets: [{name: harbor-credential}]
      predictor: {}

Instead
    spec:
      predictor:
        imagePullSecrets: [{name: harbor-credential}]
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})
