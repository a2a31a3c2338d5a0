"""The policies there are; each is rendered as an object `mooring-<policy>`, from the module of its name in `texts/`."""

from __future__ import annotations

POLICIES = (
    "require-pull-secret",
    "restrict-pull-secret-use",
    "no-default-namespace",
    "pull-secret-shape",
    "protect-pull-grants",
    "allowed-registries",
    "inject-pull-secret",
)
MUTATING = "inject-pull-secret"
# Switched on by naming them under `policies.rules`.
OPTIONAL = frozenset({"allowed-registries", MUTATING})
# Without somebody who may change the grants nobody could apply them: off while `policies.identities` is empty.
NEEDS_IDENTITIES = "protect-pull-grants"
# Read of the grants which Secrets each service may use: keys that no other policy reads.
READ_OWN = frozenset({"restrict-pull-secret-use", MUTATING})
# The API server's CEL decodes neither base64 nor JSON.
KYVERNO_ONLY = frozenset({"pull-secret-shape"})
# What the API server needs for its mutations: stable in no version before the one whose schemas have it.
MUTATING_KIND = ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy")
KYVERNO, KUBERNETES = "kyverno", "kubernetes"
SKIP, JUDGE = "skip", "judge"
"""What `policies.dryRun` may be."""
