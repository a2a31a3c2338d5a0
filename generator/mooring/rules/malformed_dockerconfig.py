"""A pull Secret whose docker configuration cannot be used.

What
A Secret of type `kubernetes.io/dockerconfigjson` holds no JSON with `auths`, a key that is no host, an `auth` that is not
base64 of `user:password`, or an entry without any credential: `credsStore` in a laptop's `~/.docker/config.json` leaves
`{}`. Type `kubernetes.io/dockercfg` has its hosts at the top of the JSON. `username` and `password` are enough for the
kubelet; `oci+fetch://` needs `auth`.

Why
Kubernetes accepts it as long as it is JSON; the kubelet then pulls without a credential, and where one value is of the wrong
kind or one `auth` cannot be read, it pulls no image of the pod at all.

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
