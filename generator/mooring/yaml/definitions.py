"""CustomResourceDefinitions: they run nothing, and of what they say nothing but the name is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def defines_kind(data: Mapping[str, Any]) -> bool:
    """Whether an object is a CustomResourceDefinition: it runs nothing, and its schema is checked where it is stored."""
    group = str(data.get("apiVersion", "")).partition("/")[0]
    return group == "apiextensions.k8s.io" and data.get("kind") == "CustomResourceDefinition"


def is_definition(data: object) -> bool:
    """Whether a document is one, with a version and a name that are texts to every reader."""
    if not isinstance(data, dict) or not defines_kind(data) or "/" not in data["apiVersion"]:
        return False
    metadata = data.get("metadata")
    return isinstance(metadata, dict) and all(isinstance(metadata.get(key, ""), str) for key in ("name", "namespace"))
