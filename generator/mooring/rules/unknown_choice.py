"""A value that is not one of the choices.

What
The value is not one that this version knows: a back end, an engine, an action, a policy, a version whose schemas
are shipped.

Why
Nothing is rendered for a choice that does not exist, and nothing pretends otherwise.

Example
    policies: {action: deny}

Instead
    policies: {action: Deny}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
