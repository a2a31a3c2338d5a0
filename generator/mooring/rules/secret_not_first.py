"""`oci+fetch://` reads the first Secret only, and it is another registry's.

What
KServe's fetch container takes the first entry of the list, of type `kubernetes.io/dockerconfigjson`, and reads only
its `auth`.

Why
The model is fetched without a credential though the right Secret is in the list.

Example
    imagePullSecrets: [{name: docker-hub}, {name: harbor-credential}]

Instead
    imagePullSecrets: [{name: harbor-credential}, {name: docker-hub}]
"""

from __future__ import annotations

from mooring.problem import Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
