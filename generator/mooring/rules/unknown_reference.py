"""A name that nothing in the fleet has.

What
A service names a namespace, robot or registry that the fleet does not list; an environment overrides a service, a robot
or an image that it does not have; or an exemption is for a namespace that is one letter away from a known one.

Why
An override that names nothing changes nothing, and production keeps the old value.

Example
    services:
    - {name: detector, namespace: vison, spec: {}}

Instead
    services:
    - {name: detector, namespace: vision, spec: {}}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
