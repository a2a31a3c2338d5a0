"""A Kustomize root → the objects it builds, each led back to the file that says it.

All that a root takes in is read first (`closure`). The real `kustomize` or `kubectl` then builds a copy of just that, where
one is on PATH. Otherwise what it lists under `resources:` is read, with its `namespace:`, and a note says what was left
out. Nothing remote is ever fetched: `check` opens no connection.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mooring.kustomization.annotations import internal, is_local
    from mooring.kustomization.building import Built, build, build_whole
    from mooring.kustomization.changes import Changes
    from mooring.kustomization.closure import bases, gather
    from mooring.kustomization.given import Closure
    from mooring.kustomization.origins import Origins
    from mooring.kustomization.rootfile import NAMES, file_of

__all__ = [
    "NAMES",
    "Built",
    "Changes",
    "Closure",
    "Origins",
    "bases",
    "build",
    "build_whole",
    "file_of",
    "gather",
    "internal",
    "is_local",
]
_HOMES = {
    "NAMES": "rootfile", "Built": "building", "Changes": "changes", "Closure": "given", "Origins": "origins",
    "bases": "closure", "build": "building", "build_whole": "building", "file_of": "rootfile", "gather": "closure",
    "internal": "annotations", "is_local": "annotations",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A part of the package, imported when it is first asked for: most runs meet no Kustomize root, and start sooner."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    part = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = part
    return part
