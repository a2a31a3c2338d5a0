"""Knative resolves the image's tag with the login of a robot that may not pull it.

What
In Knative mode the controller turns each tag into a digest before any pod exists, with one credential only: the first
that matches the registry, of the pod's list and then of its ServiceAccount's. Here that is the login of a robot which the
grants do not let pull the image, or which has expired. The kubelet would have tried the next Secret too.

Why
The registry answers 401, the revision is never ready, and no pod shows why.

Example
    metadata: {annotations: {serving.kserve.io/deploymentMode: Knative}}
    spec:
      predictor:
        imagePullSecrets: [{name: robot-a}, {name: robot-b}]     # both for harbor.example.com
        containers:
        - {name: kserve-container, image: "harbor.example.com/project-a/detector:1"}
        - {name: sidecar, image: "harbor.example.com/project-b/logger:1"}

Instead
    # one robot for both projects, as `projects: [project-a, project-b]`; or a digest, which needs no resolving; or the
    # host under `registries-skipping-tag-resolving` in ConfigMap knative-serving/config-deployment
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a tag that Knative's first credential cannot resolve."""
    robot = pull.robot.name if pull.robot else ""
    message = (
        f"Knative resolves the tag of {quote(pull.image, 'image')} with Secret {quote(pull.secret, 'name')}, the first for "
        f"this registry, whose robot {quote(robot, 'name')} may not pull it"
    )
    hint = (
        "give one robot both projects, pin the image by digest, or let Knative skip the host "
        "(`registries-skipping-tag-resolving`)"
    )
    return message, hint
