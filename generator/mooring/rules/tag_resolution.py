"""Knative resolves the tag before any pod exists.

What
In Knative mode the controller turns a tag into a digest with the revision's list and the account's together; the
kubelet later uses the pod's list only. Hosts that `registries-skipping-tag-resolving` names in ConfigMap
`knative-serving/config-deployment`, where that is at hand, are skipped. The images of containers are resolved, a
runtime's too; what KServe adds to the pod (an `oci://` model, the storage initializer, the agent) is not.

The mode is that of the annotation, else of ConfigMap `kserve/inferenceservice-config` where it is at hand, else of the
fleet's `platform.deploymentMode`, else the one that releases of KServe are installed with, Knative, where the fleet says
`versions.kserve`. Where nothing says it, nothing is assumed.

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
