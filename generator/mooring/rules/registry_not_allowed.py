"""The fleet's own policy `allowed-registries` would refuse the image.

What
The policy lets images come from the fleet's registries and from `policies.otherRegistries` only. This image comes from
another registry.

Why
The cluster refuses the pod at admission: what is rendered would never run.

Example
    image: quay.io/vision/detector:1

Instead
    image: harbor.example.com/vision/detector:1
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for an image of a registry that is not allowed."""
    message = (
        f"policy `allowed-registries` refuses image {quote(pull.image, 'image')}: it comes from {quote(pull.detail, 'host')}"
    )
    return (
        message,
        "mirror it into a registry of the fleet (`platform.images` for KServe's own), or name the host under `policies.otherRegistries`",
    )
