"""Which objects decide over the pods of others: the few that a process has to know whoever has read them.

A Secret and what makes one, accounts, runtimes, bases, KServe's and Knative's settings, what a robot may pull.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mooring.fleet.grants import GRANTS
from mooring.kserve.model import LLM_CONFIG
from mooring.kserve.platform import is_settings
from mooring.pulls.inventory import KNATIVE, name_of
from mooring.pulls.makers import makes_secrets
from mooring.registry.pullsecret import made_by

_KINDS = frozenset({
    "Secret", "SealedSecret", "ExternalSecret", "ServiceAccount", "ServingRuntime", "ClusterServingRuntime", LLM_CONFIG,
    "ClusterStorageContainer",
})  # fmt: skip


def is_deciding(data: Mapping[str, Any]) -> bool:
    """Whether anything of the object counts for another one's pods."""
    kind = data.get("kind")
    if kind == "ConfigMap":
        key = name_of(data)
        return key[1] == GRANTS or key == KNATIVE or is_settings(data)
    return kind in _KINDS or made_by(data) is not None or makes_secrets(data)
