"""Two things of one name.

What
Two robots, services of one kind in one namespace, namespaces, environments or registries have the same name; two
robots have one `secretName` in one namespace; one object is in two services; or two outputs are one file: `x.json` and
`x.json.yaml` of a service's `manifests:`, paths that differ by letter case only, a file where a folder is needed.

Why
One would overwrite the other, in the cluster or in the tree, whichever comes last; Kustomize refuses an object that is
there twice.

Example
    robots:
    - {name: vision, project: vision, secretName: pull}
    - {name: base, project: base, secretName: pull, namespaces: [vision]}

Instead
    robots:
    - {name: vision, project: vision, secretName: pull-vision}
    - {name: base, project: base, secretName: pull-base, namespaces: [vision]}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "number"})
