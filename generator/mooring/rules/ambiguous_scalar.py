"""A value that one reader takes for another value.

What
`y`, `on`, `0777`, `1_000` and the like are text for one reader and a truth value or a number for another.
Kubernetes reads YAML 1.1. A NEL character becomes a space in what Kustomize builds, however it is written.

Why
A label `y` fails the build; a `1:30` is a number for some.

Example
    labels: {enabled: y}

Instead
    labels: {enabled: "y"}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "image", "uri"})
