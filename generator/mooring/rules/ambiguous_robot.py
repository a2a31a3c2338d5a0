"""Several robots could pull an image.

What
More than one robot open to the namespace covers the image's project, and the service does not say which is its own.

Why
Least privilege is one account per service; the order of a list must not decide it.

Example
    services:
    - {name: detector, namespace: vision, spec: {}}

Instead
    services:
    - {name: detector, namespace: vision, robots: [vision], spec: {}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})
