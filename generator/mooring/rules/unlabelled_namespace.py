"""The API server's policies count a namespace as one without grants until its owner labels it.

What
With `engine: kubernetes` the policies find a namespace's grants by its label `mooring.dev/pull-grants`, since an admission policy
cannot ask whether its parameter is missing. Mooring writes the label on the Namespaces that it manages. This one has
`manage: false`: its owner writes the label, and nothing in the fleet shows whether it is there.

Why
Without the label every Harbor image in the namespace is refused once the policy denies, whatever its Secrets are.

Example
    policies: {engine: kubernetes}
    namespaces:
    - {name: vision, manage: false}

Instead
    namespaces:
    - {name: vision, manage: false}   # mooring: allow unlabelled-namespace: labelled by the platform's own chart
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name"})
