"""`.sops.yaml` encrypts for others than the fleet says, or something else than the fleet wants.

What
The first of its rules for an environment's files has other recipients than `secrets.recipients`, keys of another kind, another
`encrypted_regex`, or no `mac_only_encrypted: true`; or there is no rule for them.

Why
`mooring secret set` goes by the fleet, and people who run `sops` go by this file: what they write, or `sops updatekeys`
changes, is then `bad-ciphertext`.

Example
    creation_rules: [{path_regex: ^secrets/prod/.*\\.yaml$, age: age1…}]

Instead
    creation_rules:
    - {path_regex: ^secrets/prod/.*\\.yaml$, encrypted_regex: ^(data|stringData)$, mac_only_encrypted: true, age: age1…}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "warning"
FAMILY = "every document"
SHOWS: frozenset[Kind] = frozenset({"name"})
