"""A generated name that KServe's references do not follow.

What
secretGenerator's hash suffix and `namePrefix` reach no `imagePullSecrets` of KServe's kinds, and the build exits 0
all the same.

Why
The pod names a Secret that has another name.

Example
    secretGenerator: [{name: harbor-credential}]

Instead
    secretGenerator: [{name: harbor-credential}]
    generatorOptions: {disableNameSuffixHash: true}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "image", "uri"})
