"""Harbor has a robot otherwise than the fleet says.

What
`mooring robots plan` found a robot that expires on another day, is disabled, or cannot be made as the fleet has it; or
Harbor's prefix for robots is another one.

Why
`check` proves pulls by what the fleet says. Where Harbor knows better, the proof is wrong: on the day that only Harbor knows,
every node is refused.

Example
    robots: [{name: vision, project: vision, expires: 2027-06-01}]   # Harbor: 2027-03-01

Instead
    robots: [{name: vision, project: vision, expires: 2027-03-01}]   # or `mooring robots apply`, which changes Harbor
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "credentials"
SHOWS: frozenset[Kind] = frozenset({"name", "date"})
