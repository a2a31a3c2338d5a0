"""A key that must be given is not.

What
Something that cannot be guessed is missing: a robot's project, the registry where there are several, a service's
namespace, `spec` or `manifests`.

Why
A guess would be right until the fleet grows.

Example
    robots:
    - name: vision

Instead
    robots:
    - name: vision
      project: vision
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
