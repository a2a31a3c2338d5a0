"""A pull Secret whose docker configuration cannot be used.

What
A Secret of type `kubernetes.io/dockerconfigjson` holds no JSON with `auths`, a key that is no host, or an `auth`
that is not base64 of `user:password`.

Why
Kubernetes accepts it as long as it is JSON; the kubelet then pulls without a credential.

Example
    type: kubernetes.io/dockerconfigjson
    stringData:
      .dockerconfigjson: '{"harbor.example.com": {}}'

Instead
    type: kubernetes.io/dockerconfigjson
    stringData:
      .dockerconfigjson: '{"auths": {"harbor.example.com": {"auth": "<base64 of user:password>"}}}'
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "credentials"
SHOWS: frozenset[Kind] = frozenset({"name"})
