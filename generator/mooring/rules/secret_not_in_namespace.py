"""The Secret that a pod names does not stand in its namespace.

What
A pull Secret is looked up in the pod's own namespace, also where a ClusterServingRuntime names it. A missing one is
no error for Kubernetes.

Why
The pod starts, and fails at the pull.

Example
    # Secret harbor-credential stands in `default`, the InferenceService in `vision`

Instead
    # a Secret of that name in every namespace that pulls: list the robot in the fleet
"""

from __future__ import annotations

from mooring.redaction import Kind, quote, shown
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    message = f"Secret {quote(pull.secret, 'name')} does not stand in " + (
        f"namespace {quote(pull.detail, 'name')}" if pull.detail else "its namespace"
    )
    return (
        message,
        f"let a robot of the fleet have `secretName: {shown(pull.secret, 'name')}` and open it to {quote(pull.detail, 'name')}",
    )
