"""What mooring refuses of a root before Kustomize is started, the real one refuses too, or mooring has a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.kustomize import BuildFailed, Kustomize
from tests.support.kustomizations import lay
from tests.support.refused_roots import REFUSED

# Kustomize builds these: into something else than is written there, or from outside of the repository.
STRICTER = {
    "two documents": "the second one is left out without a word",
    "a field twice": "the later one wins",
    "a base out of the repository": "no review of the repository sees it",
    "an address as the key of a plugin": "the text would be taken for an address by another reading of it",
    "a list of plugins": "a list could hold anything",
    "a plugin made by a patch": "a patch could make it read another file",
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_both(kustomize: Kustomize, tmp_path: Path, case: str) -> None:
    content, more, _, _ = REFUSED[case]
    root = tmp_path / "repository" / "k"
    root.mkdir(parents=True)
    lay(root, content, more)
    try:
        kustomize.build(root)
    except BuildFailed:
        assert case not in STRICTER
    else:
        assert STRICTER.get(case)
