"""A field or value that the kind's schema refuses.

What
The object has a field that its kind does not know, a value of the wrong type, or lacks one that is required. The
schemas are KServe's, Kubernetes', Kyverno's own, of the versions that the fleet names.

Why
The API server prunes an unknown field silently: the setting is gone, and nothing says so.

Example
    spec:
      predictor:
        imagePullSecret: harbor-credential

Instead
    spec:
      predictor:
        imagePullSecrets:
        - name: harbor-credential
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "number", "image", "uri"})
