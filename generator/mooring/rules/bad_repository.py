"""An address or a revision that Argo CD or Flux cannot read the repository by.

What
`gitops.repo` is what the tool clones: `https://…`, `ssh://…`, for Argo CD `git@host:path` too, for Flux's OCI artifacts
`oci://…`. `gitops.revision` is a branch, tag or commit as git writes it, or an artifact's tag or digest.

Why
The tool says so in the cluster only, where nothing is synced from then on.

Example
    gitops: {tool: flux, repo: "https://git.example.com/fleet.git", revision: "my branch"}

Instead
    gitops: {tool: flux, repo: "https://git.example.com/fleet.git", revision: refs/heads/main}
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "fleet file"
SHOWS: frozenset[Kind] = frozenset({"name", "choice", "date", "host", "image", "uri", "path"})
