"""A file of Argo CD's in the rendered tree changes what is applied.

What
A file `.argocd-source.yaml` or `.argocd-source-<Application>.yaml` stands below one of the folders that mooring renders. Argo CD
merges it into the `source` of an Application whose path is that very folder; in another folder, one that an overlay takes in
as a base among them, it is not read. Argo CD Image Updater writes such files. Nothing is said with `gitops.tool: flux`: Flux does
not read them.

Why
`render` and `check` judge the tree as it is rendered. Such a file sets images, or patches, that nothing here has seen: another
project than the robot's, or no list of Secrets.

Example
    # overlays/prod/vision/services/.argocd-source-prod-vision-services.yaml
    kustomize: {images: ["harbor.example.com/vision/detector:2.0"]}

Instead
    # fleet.yaml; then render, and delete the other file
    environments:
    - name: prod
      images:
      - {name: harbor.example.com/vision/detector, newTag: "2.0"}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset()
