"""A key stands twice in one mapping.

What
The same key is given twice. Readers disagree on which one counts; most silently take the last.

Why
One of the two values is lost, and nobody sees which in a review.

Example
    - name: detector
      namespace: vision
      namespace: speech

Instead
    - name: detector
      namespace: vision
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
