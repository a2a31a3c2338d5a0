"""A sealed or encrypted Secret has not been written yet.

What
The back end keeps ciphertexts in the repository under `secrets/<env>/<namespace>/`, and this one is not there.

Why
Without it the namespace has no Secret and no pull succeeds.

Example
    # secrets/prod/vision/harbor-credential.yaml does not exist

Instead
    mooring secret set vision && mooring render
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name", "date"})
