"""The pod's imagePullSecrets replace its ServiceAccount's, which include the Secret that the image needs.

What
The API server copies a ServiceAccount's `imagePullSecrets` into a pod only if the pod's list is empty. One entry,
also one that a runtime brings, switches all of the account's off.

Why
The most surprising cause of `ErrImagePull`: adding a Secret takes others away.

Example
    serviceAccountName: puller          # its list: harbor-credential
    imagePullSecrets: [{name: docker-hub}]

Instead
    serviceAccountName: puller
    imagePullSecrets: [{name: harbor-credential}, {name: docker-hub}]
"""

from __future__ import annotations

from mooring.redaction import Kind, listed, quote, shown
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    own = listed([shown(name, "name") for name in pull.secrets]) or "none of which has a name"
    message = (
        f"the pod's imagePullSecrets ({own}) replace its ServiceAccount's, which include {quote(pull.secret, 'name')}, "
        "the Secret that this image needs"
    )
    return message, f"add {quote(pull.secret, 'name')} to the {pull.owner}'s own `imagePullSecrets`"
