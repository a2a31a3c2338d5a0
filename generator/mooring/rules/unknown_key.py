"""A key that the fleet file does not know.

What
The key has no meaning where it stands: most often it is misspelt or stands one level too high or too low.

Why
An ignored setting looks as if it were in force.

Example
    robots:
    - {name: vision, project: vision, expiry: 2027-03-01}

Instead
    robots:
    - {name: vision, project: vision, expires: 2027-03-01}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
