"""A kind whose schema is not known.

What
Nothing can be checked about an object without its schema, least of all where its images stand. A
CustomResourceDefinition, which runs nothing, is passed over.

Why
An object that is skipped looks the same as one that is fine.

Example
    services:
    - {name: detector, namespace: vision, kind: InferenceServise, spec: {}}

Instead
    services:
    - {name: detector, namespace: vision, kind: InferenceService, spec: {}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"choice", "name"})
