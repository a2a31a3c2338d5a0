"""A value of the wrong type.

What
A list stands where a mapping belongs, or a number where text belongs. A fleet file is read as YAML 1.2: `012` is a
number, `yes` is text.

Why
What is text here must arrive in the cluster as that text.

Example
    robots:
    - {name: vision, project: vision, namespaces: vision}

Instead
    robots:
    - {name: vision, project: vision, namespaces: [vision]}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
