"""An exemption from the policies ends within 30 days.

What
The day that the exemption names as its end is near: within 30 days, or within those of `--fail-within`.

Why
From that day on `mooring check` fails until the exemption is taken out, and then the policies apply.

Example
    policies:
      exempt:
      - {namespace: batch, policies: [require-pull-secret], reason: it is being moved, until: 2026-12-01}

Instead
    policies:
      exempt: []   # once the namespace does without
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
