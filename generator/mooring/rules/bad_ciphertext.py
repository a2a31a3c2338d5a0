"""A sealed or encrypted Secret is another one than its robot needs, or not for this cluster.

What
The file under `secrets/<env>/<namespace>/` shows without a key that it is not the robot's pull Secret: another name,
namespace, type or label, a scope that is not strict, other recipients than the environment's, rules of sops under
which its copy would not open, or an annotation that makes Kustomize leave it out.

Why
The controller, or Flux, refuses it or makes another Secret of it, and no pull succeeds; or somebody can open it who
should not.

Example
    # secrets/prod/vision/harbor-vision.yaml
    metadata: {name: harbor-vision, namespace: shop}

Instead
    # seal or encrypt it again under its own name: a ciphertext cannot be moved
    metadata: {name: harbor-vision, namespace: vision}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name", "choice"})
