"""An object as the API server takes it: without what sops has encrypted, and, of Kubernetes' own kinds, without nulls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def decrypted(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object without what sops has encrypted: it is decrypted before it is applied (https://getsops.io/docs/)."""
    if not isinstance(data.get("sops"), Mapping):
        return data
    return {key: _without_ciphertexts(value) for key, value in data.items() if key != "sops" and not _is_ciphertext(value)}


def _without_ciphertexts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_ciphertexts(item) for key, item in value.items() if not _is_ciphertext(item)}
    return value


def _is_ciphertext(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("ENC[")


def without_nulls(data: Any) -> Any:
    """The object as Go reads it into a kind of its own: a null leaves a field, or an item of a list, as nothing was written
    (https://pkg.go.dev/encoding/json#Unmarshal). A custom resource is no such kind."""
    if isinstance(data, Mapping):
        return {key: without_nulls(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        empty: Any = {} if any(isinstance(item, Mapping) for item in data) else ""
        return [empty if item is None else without_nulls(item) for item in data]
    return data
