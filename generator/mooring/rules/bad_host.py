"""A registry host with a scheme, a path or an impossible port.

What
A host is written as in an image: `host` or `host:port`. It becomes the key under `auths`, which the kubelet
compares with the image's host.

Why
With a scheme or a path the entry matches other images than it seems to.

Example
    registries:
    - {name: harbor, host: "https://harbor.example.com"}

Instead
    registries:
    - {name: harbor, host: harbor.example.com}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
