"""An exemption from the policies is over.

What
The day has come that the exemption names as its end. `until: D` means that it counts no more from D, 00:00 UTC.

Why
A policy knows no calendar: the namespace is left alone until the exemption is taken out of the fleet file.

Example
    policies:
      exempt:
      - {namespace: batch, policies: [require-pull-secret], reason: it is being moved, until: 2026-01-01}

Instead
    policies:
      exempt: []   # or a later `until`, where the reason still holds
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
