"""The annotations by which an object steers Kustomize."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LOCAL = "config.kubernetes.io/local-config"
# Kustomize's notes to itself, which it does not keep apart from those that a file brings: a name suffix that is to be
# added, names that an object had before, that it came out of a chart and keeps its namespace.
_INTERNAL = "internal.config.kubernetes.io/"


def _of(data: Any) -> Mapping[Any, Any]:
    metadata = data.get("metadata") if isinstance(data, Mapping) else None
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return annotations if isinstance(annotations, Mapping) else {}


def is_local(data: Any) -> bool:
    """Whether Kustomize leaves the object out of what it builds: with anything but `false`."""
    return _of(data).get(_LOCAL, "false") not in ("false", False)


def internal(data: Any) -> str | None:
    """An annotation of the object that is Kustomize's own, None where there is none."""
    return next((str(name) for name in _of(data) if str(name).startswith(_INTERNAL)), None)
