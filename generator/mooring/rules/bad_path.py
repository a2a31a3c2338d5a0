"""A path that is missing or leaves the repository.

What
A path in a fleet file is relative to the file that names it, exists, and stays inside the repository, links
included.

Why
What is rendered must be what was reviewed, and a review sees the repository only.

Example
    services:
    - {name: legacy, namespace: vision, manifests: ../elsewhere}

Instead
    services:
    - {name: legacy, namespace: vision, manifests: services/legacy}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "path"})
