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

from mooring.redaction import Kind, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    message = (
        f"{quote(pull.image, 'image')} is fetched with the pod's first Secret, {quote(pull.detail, 'name')}, "
        f"and {quote(pull.secret, 'name')} would serve it"
    )
    return message, f"write {quote(pull.secret, 'name')} first in the {pull.owner}'s `imagePullSecrets`"
