"""A file in the tree is not what the fleet file renders.

What
Somebody edited a product, or changed the fleet file without rendering.

Why
The next `mooring render` takes the edit away; until then the cluster runs what no fleet file says.

Example
    # edited by hand in overlays/prod/vision/access/pull-grants.yaml

Instead
    # change fleet.yaml, run `mooring render`, commit both
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset()
