"""No Secret of the fleet is made of a ciphertext.

What
A file under `secrets/` is none that a robot of the fleet has: its environment, namespace or robot is gone, its Secret has
another name or another back end now, or a run was killed before the file was whole.

Why
Who can open it still has a credential, which nobody rotates.

Example
    # secrets/prod/vision/harbor-old.yaml, of a robot that the fleet has no more

Instead
    # git rm secrets/prod/vision/harbor-old.yaml, and delete the robot in Harbor
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name"})
