"""The file is no YAML, or uses a part of YAML that is refused.

What
The text cannot be read: an unclosed bracket or quote, a tab, bytes that are not UTF-8, a control character. In a
fleet file also a tag, a merge key `<<`, a key that is not a string, a second document, and anchors that expand to
more than 1 MB. In what is rendered, a control character that Kustomize cannot build, also where it is written as an
escape.

Why
What two readers read differently would be rendered as one thing and reviewed as another.

Example
    metadata: {name: onecloud

Instead
    metadata: {name: onecloud}
"""

from __future__ import annotations

from mooring.problem import Severity
from mooring.redaction import Kind

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset()
