"""A file that mooring does not own stands where it wants to write.

What
The file does not begin with mooring's marker, so it is neither overwritten nor deleted.

Why
It may be somebody's only copy.

Example
    # overlays/prod/vision/access/namespace.yaml, written by hand

Instead
    # move it out of overlays/, or delete it, and render again
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset()
