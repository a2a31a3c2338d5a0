"""Which entries of a kustomization lead out of the repository by a network.

The union of what Kustomize's loaders take for remote (`api/internal/git/repospec.go` and `api/internal/loader`; 5.8.2 by
its source, the older ones of `kubectl` by go-getter's detectors), whether or not a local folder has that name, and of
what a person would take for an address. `./` before a name keeps a file that only looks so.
"""

from __future__ import annotations

import re

# `http:`, `git::`, `gh:`, `file:`, `user@host:path`, `github.com:org/repo`, `host.example:path`: what stands before the
# first slash has a colon. Go takes `http:x` and `HTTP:/x` for URLs as well.
_COLON = re.compile(r"[^/]*:")
_USER = re.compile(r"[^/]*@")
_HOSTS = re.compile(
    r"(?:.*\.)?(?:github\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com|visualstudio\.com|amazonaws\.com|googleapis\.com)"
)
_QUERY = re.compile(r"\?(?:.*&)?(?:ref|version|timeout|submodules)=", re.IGNORECASE)


def is_remote(entry: str) -> bool:
    """Whether the entry names something that Kustomize would fetch, or start git for."""
    text = entry.strip()
    parts = text.partition("?")[0].lower().split("/")
    return bool(
        "://" in text
        or _COLON.match(text)
        or _USER.match(text)
        or _QUERY.search(text)
        or _HOSTS.fullmatch(parts[0])
        or any(part.endswith(".git") or part.endswith("_git") for part in parts)
    )
