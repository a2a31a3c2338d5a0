"""A robot expires within its `rotateBefore`.

What
The day from which the robot is invalid is nearer than the time that the fleet wants for its rotation.

Why
Harbor warns nobody before a robot expires.

Example
    robots: [{name: vision, project: vision, expires: 2026-12-01, rotateBefore: 30d}]

Instead
    robots: [{name: vision, project: vision, expires: 2027-12-01, rotateBefore: 30d}]
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"name", "date"})
