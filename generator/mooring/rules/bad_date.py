"""A date or a duration that cannot be read.

What
A day is written `2027-03-01` and must exist; a span before it in whole days, `30d`.

Why
Expiry is judged by these values: a day that does not exist would never come.

Example
    robots:
    - {name: vision, project: vision, expires: 2027-02-30}

Instead
    robots:
    - {name: vision, project: vision, expires: 2027-02-28}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
