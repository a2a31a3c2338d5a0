"""Two things of one name.

What
Two robots, services of one kind in one namespace, namespaces, environments or registries have the same name; or two
robots have one `secretName` in one namespace.

Why
One would overwrite the other in the cluster, whichever is applied last.

Example
    robots:
    - {name: vision, project: vision, secretName: pull}
    - {name: base, project: base, secretName: pull, namespaces: [vision]}

Instead
    robots:
    - {name: vision, project: vision, secretName: pull-vision}
    - {name: base, project: base, secretName: pull-base, namespaces: [vision]}
"""

from __future__ import annotations

from mooring.problem import Severity
from mooring.redaction import Kind

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
