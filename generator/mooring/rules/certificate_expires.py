"""A sealing certificate has expired, or expires within 30 days.

What
`secrets.certificate` is the certificate of a cluster's Sealed Secrets controller, and its last day is near or past.

Why
`mooring secret set` and `kubeseal` seal for no certificate that has expired. What was sealed before still opens: the
controller keeps its old keys.

Example
    # certs/prod-sealed-secrets.pem, valid until 2026-06-01
    secrets: {backend: sealed-secrets, certificate: certs/prod-sealed-secrets.pem}

Instead
    # kubeseal --fetch-cert > certs/prod-sealed-secrets.pem
    secrets: {backend: sealed-secrets, certificate: certs/prod-sealed-secrets.pem}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"path", "date"})
