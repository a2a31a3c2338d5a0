"""A name that Kubernetes or Harbor refuses.

What
Kubernetes' names are lower-case letters, digits and `-`; Harbor's are lower-case letters and digits in parts joined
by one `.`, `_` or `-`. A name may also be too long for what is made of it: a file name has at most 255 bytes, a
ConfigMap's key at most 253 characters.

Why
The API server, Harbor or the disk refuses it, after the merge.

Example
    namespaces:
    - name: Vision_1

Instead
    namespaces:
    - name: vision-1
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
