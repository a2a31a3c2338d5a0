"""A robot that no service uses and no namespace asks for.

What
No image needs the robot, and its `namespaces:` place its Secret nowhere.

Why
An account nobody uses is an account nobody misses when it leaks.

Example
    robots: [{name: old-vision, project: vision-2024}]

Instead
    robots: []
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})
