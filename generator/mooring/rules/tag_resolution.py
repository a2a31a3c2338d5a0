"""Knative resolves the tag before any pod exists.

What
In Knative mode the controller turns a tag into a digest with the revision's list and the account's together; the
kubelet later uses the pod's list only. Hosts that `registries-skipping-tag-resolving` names in ConfigMap
`knative-serving/config-deployment`, where that is at hand, are skipped.

Why
Resolution may pass and the pull fail, or a mutation of pods come too late.

Example
    metadata: {annotations: {serving.kserve.io/deploymentMode: Knative}}
    # image: harbor.example.com/vision/detector:1.0

Instead
    # image: harbor.example.com/vision/detector@sha256:…   a digest is not resolved
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})
