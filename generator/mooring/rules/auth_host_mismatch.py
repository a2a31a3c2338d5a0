"""The image's host is Harbor's, but not as the Secret writes it.

What
The kubelet compares host and port as they are written: `harbor.example.com:443` or `Harbor.example.com` does not
match the entry `harbor.example.com`.

Why
The credential is there and is not used.

Example
    image: harbor.example.com:443/vision/detector:1

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
    """The message and the hint for a pull that ends here."""
    host = pull.image.rpartition("://")[2].partition("/")[0]
    message = f"host {quote(host, 'host')} matches no entry of Secret {quote(pull.secret, 'name')}, which is for {quote(pull.detail, 'host')}"
    return (
        message,
        f"write the image's host as {quote(pull.detail, 'host')}, or add {quote(host, 'host')} to the registry's `aliases:`",
    )
