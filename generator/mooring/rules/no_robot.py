"""No robot of the fleet covers an image.

What
The image is Harbor's, its project is not public, and no robot that is open to the namespace may pull from that
project.

Why
The pod ends in `ErrImagePull`.

Example
    robots: [{name: vision, project: vision}]
    # … and a service with image harbor.example.com/speech/asr:1

Instead
    robots:
    - {name: vision, project: vision}
    - {name: speech, project: speech}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})
