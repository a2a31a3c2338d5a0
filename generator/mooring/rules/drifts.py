"""KServe's webhook rewrites a part of the service, and a tool syncs what is written.

What
KServe's webhook completes the first container of a transformer or an explainer, and of a predictor without `model`: it is renamed
to `kserve-container` (in a predictor, where it is the only one), and gets those of `limits` and `requests` of `cpu` and `memory`
that it does not have, by `inferenceService.resource` of ConfigMap `kserve/inferenceservice-config` (where a cluster's has no such
defaults, nothing is added, and this may be silenced). And it writes every quantity
under `resources` as a string in its canonical form: `2048Mi` as `2Gi`, `"0.5"` as `500m`, `1` as `"1"`. This is said only where
`gitops.tool` is `argo-cd` or `flux`: as a warning with `gitops.apply: client`, and as a note otherwise.

Why
What the cluster stores is not what is committed. With client-side apply and no Server-Side Diff (`gitops.apply: client`) Argo CD
showed services with another container name or other quantities OutOfSync for ever, but not those with added resources. With
server-side apply and no Server-Side Diff, which mooring does not render, it showed all of them OutOfSync and applied them without end.
With Server-Side Diff they were Synced; Flux compares by a server-side dry run too, in which the webhook
rewrites what is applied. A service with all of it written was Synced in each of these settings. And what is
not written changes with the settings of KServe.

Example
    transformer:
      containers:
      - name: transformer
        image: harbor.example.com/vision/resize:1.0
        resources: {limits: {cpu: "0.5", memory: 2048Mi}}

Instead
    transformer:
      containers:
      - name: kserve-container
        image: harbor.example.com/vision/resize:1.0
        resources:
          limits: {cpu: 500m, memory: 2Gi}
          requests: {cpu: 500m, memory: 2Gi}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name", "image"})
