"""Whether two objects are alike to a cluster, which lists of pull Secrets may be longer in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LISTS = "imagePullSecrets"


def is_same(before: Any, after: Any) -> bool:
    """Whether two values are alike to a cluster: a null is as good as nothing, and a list of pull Secrets may have more."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        old = {name: value for name, value in before.items() if value is not None}
        new = {name: value for name, value in after.items() if value is not None}
        if not {*old} - {_LISTS} <= {*new} or not {*new} - {_LISTS} <= {*old}:
            return False
        return all(
            is_same(value, new.get(name)) if name != _LISTS else _has_all(value, new.get(name))
            for name, value in old.items()
        )
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(is_same, before, after))
    return before == after and type(before) is type(after)


def _has_all(before: Any, after: Any) -> bool:
    return isinstance(before, list) and isinstance(after, list) and all(entry in after for entry in before)
