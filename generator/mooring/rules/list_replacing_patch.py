"""A patch replaces a list, and a container or an image is gone.

What
A merge patch replaces a list whole, as a strategic-merge patch does in custom resources: adding one `env` that way
drops the image.

Why
The environment runs without the container that the base has.

Example
    spec: {predictor: {containers: [{name: kserve-container, env: [{name: A, value: b}]}]}}

Instead
    # repeat the whole entry, or use the environment's `images:` for another tag
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "image", "uri"})
