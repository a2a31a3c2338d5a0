"""A credential is written down.

What
A password, token or docker configuration stands in the fleet file, or an unencrypted Secret with data in the tree
of a fleet. The value is never shown.

Why
Git keeps it for ever, and everybody who may read the repository may pull, or push. If it was real, rotate it:
taking the line out is not enough.

Example
    robots:
    - {name: vision, project: vision, password: "..."}

Instead
    robots:
    - {name: vision, project: vision, secret: {key: harbor/vision}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "credentials"
SHOWS: frozenset[Kind] = frozenset({"name", "date"})
