"""A service that pulls stands in namespace `default`.

What
What nobody placed lands in `default`, and everybody's habit is to put one Secret there for all.

Why
A pull Secret in `default` is everybody's credential, and it reaches no other namespace.

Example
    services:
    - {name: detector, namespace: default, spec: {}}

Instead
    services:
    - {name: detector, namespace: vision, spec: {}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"name"})
