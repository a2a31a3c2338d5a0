"""The pod's own list switches off the account's, which would have served.

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

from mooring.redaction import Kind, quote, shown
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    message = f"the pod's own list ({', '.join(shown(name, 'name') for name in pull.detail.split(', '))}) switches off the account's, whose {quote(pull.secret, 'name')} would pull"
    return message, f"add {quote(pull.secret, 'name')} to the {pull.component}'s own `imagePullSecrets`"
