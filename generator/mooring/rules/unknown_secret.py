"""A pod's list names a robot's Secret that does not stand in its namespace.

What
A robot's Secret stands in a namespace where an image of a service needs it, or where the robot's `namespaces:` say so. An
entry of `imagePullSecrets` alone does not bring it.

Why
The kubelet passes over a Secret that is not there. Whoever wrote the entry expected it to serve an image.

Example
    robots: [{name: speech, project: speech}]
    services:
    - name: detector
      namespace: vision
      spec: {predictor: {imagePullSecrets: [{name: harbor-speech}], containers: [{name: c, image: "nginx:1"}]}}

Instead
    # take the entry out, or let the robot's Secret stand there:
    robots: [{name: speech, project: speech, namespaces: [vision]}]
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"name"})
