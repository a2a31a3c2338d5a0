"""A render would delete what something needs, or much of an environment, and nobody has said that it is meant.

What
A file that is no longer rendered is deleted from the tree, and what syncs the tree takes its objects out of the cluster.
That has to be confirmed with `mooring render --allow-delete` where an environment of the tree is no longer in the fleet;
where more than a quarter of the services, or of the Secrets, that an environment has in the tree would go (two at
least); and where a Secret would go whose name still stands in an object of its namespace: of the fleet, of the
manifests that a team keeps, or of a file in the tree that is not mooring's.

Why
A misspelt name looks like one that nobody wants any more. The first one to notice is the pod that does not start.

Example
    # the tree has overlays/default; now the fleet gets environments of other names
    environments:
    - name: prod

Instead
    environments:
    - name: default
    - name: prod
    # or: mooring render --allow-delete
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name", "image", "date"})
