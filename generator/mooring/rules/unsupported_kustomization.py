"""A kustomization that Kustomize or mooring cannot build.

What
`check` reads all that a Kustomize root takes in before the real Kustomize builds a copy of just that. What Kustomize would
refuse (a file outside of the folder, an object twice, two kustomizations side by side) is refused with its place. Charts,
plugins that are programs, functions and whatever is remote are left out with a note (`not-at-hand`), and the rest is built:
mooring starts no program but Kustomize, and fetches nothing. Under `manifests:` nothing may be left out: mooring must know
the built form. With neither `kustomize` nor `kubectl` on PATH, a kustomization there lists `resources:` and nothing else.

Why
A pull that was proved on the files would be another one in the cluster.

Example
    # of a service's `manifests:`
    resources: ["https://git.example.com/base.git?ref=v1"]

Instead
    resources: [base.yaml]
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "Kustomize"
SHOWS: frozenset[Kind] = frozenset({"path"})
