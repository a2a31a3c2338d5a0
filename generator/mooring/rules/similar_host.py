"""The image's host looks like a private registry's, and is not.

What
The host differs from a registry's by one or two letters or by the end of its domain; or the image has no host, and begins
with a project of a registry. In a fleet, which names every private registry, this is an error; elsewhere a warning.

Why
The kubelet asks a host that does not exist, or Docker Hub, and no Secret of yours matches it.

Example
    image: harbor.exmaple.com/vision/detector:1

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
    """The message and the hint for an image whose host was probably misspelt or left out."""
    image, meant = quote(pull.image, "image"), pull.detail
    if "/" in meant:
        host, _, path = meant.partition("/")
        project = quote(path.partition("/")[0], "name")
        message = f"image {image} has no host and comes from Docker Hub, but begins with project {project} of {quote(host, 'host')}"
        return message, f"write {quote(meant, 'image')}; or `docker.io/` before it, if it is Docker Hub's"
    message = f"the host of image {image} is not {quote(meant, 'host')}, and looks like it"
    return message, f"write {quote(meant, 'host')}; or declare the host, if it is a registry of its own"
