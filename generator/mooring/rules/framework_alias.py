"""KServe rewrites the key of a framework, and a tool syncs what is written.

What
A predictor has one of the keys `sklearn`, `xgboost`, `tensorflow`, `pytorch`, `triton`, `onnx`, `huggingface`, `pmml`, `lightgbm`
or `paddle`. KServe's webhook moves what stands there to `model`, with the `modelFormat` of that name, and with
`protocolVersion: v2` for `triton`, `onnx` and `huggingface` that write none. It leaves services in ModelMesh mode alone. This is
said only where `gitops.tool` is `argo-cd` or `flux`.

Why
What the cluster stores is not what is committed. With client-side apply and no Server-Side Diff (`gitops.apply: client`) Argo CD
showed such a service OutOfSync for ever; with Server-Side Diff it was Synced. With `model` it is Synced either way.

Example
    predictor:
      sklearn: {storageUri: "oci://harbor.example.com/vision/iris:1"}

Instead
    predictor:
      model:
        modelFormat: {name: sklearn}
        storageUri: "oci://harbor.example.com/vision/iris:1"
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"uri", "choice"})
