"""The fleet does not say when a robot expires.

What
A robot has no `expires`, neither of its own nor in the environment. `expires: never` says that Harbor shows no day for it.

Why
`mooring check` cannot warn of a day that it does not know. Harbor warns nobody either.

Example
    robots: [{name: vision, project: vision}]

Instead
    robots: [{name: vision, project: vision, expires: 2027-12-01}]
    # or, where Harbor shows no day: expires: never
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"name", "date"})
