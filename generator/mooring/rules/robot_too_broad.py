"""A robot may pull from projects that none of its services uses.

What
The robot's grant holds a project that no image in any namespace needs it for.

Why
Whoever gets hold of the Secret reads that project too.

Example
    robots: [{name: vision, projects: [vision, payroll]}]

Instead
    robots: [{name: vision, project: vision}]
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})
