"""Files in the rendered tree by which Argo CD applies something else than is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mooring.files import display_path
from mooring.fleet.gitops import FLUX
from mooring.fleet.load import Loaded
from mooring.problems.collecting import finish
from mooring.problems.problem import Problem

# https://github.com/argoproj/argo-cd/blob/v3.6.1/reposerver/repository/repository.go (`mergeSourceParameters`)
_OVERRIDE = re.compile(r"\.argocd-source(-.+)?\.yaml")


def overrides(loaded: Loaded, paths: Iterable[str]) -> Iterator[Problem]:
    """The problems of those `paths` that Argo CD merges into an Application's source; Flux does not know them."""
    if loaded.fleet is None or loaded.fleet.gitops.tool == FLUX:
        return
    for path in paths:
        if _OVERRIDE.fullmatch(path.rpartition("/")[2]):
            found = Problem(
                "foreign-override", "Argo CD merges this file into the source of an Application on this folder: what it "
                "applies is not what is rendered",
                file=display_path(loaded.root / path),
                hint="write its images to the fleet file (`environments[].images`), render, and delete it",
            )  # fmt: skip
            yield finish(found, None)
