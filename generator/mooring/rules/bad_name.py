"""A name that Kubernetes or Harbor refuses.

What
Kubernetes' names are lower-case letters, digits and `-`; Harbor's are lower-case letters and digits in parts joined
by one `.`, `_` or `-`.

Why
The API server or Harbor refuses it, after the merge.

Example
    namespaces:
    - name: Vision_1

Instead
    namespaces:
    - name: vision-1
"""

from __future__ import annotations

from mooring.problem import Severity
from mooring.redaction import Kind

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
