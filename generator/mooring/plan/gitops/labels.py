"""The labels of the tool's own objects: which environment, and which stage of it. None of them reaches a service."""

from __future__ import annotations

from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.gitops.names import root_name


def labels(resolved: ResolvedEnvironment, stage: str) -> dict[str, str]:
    return {
        "app.kubernetes.io/managed-by": "mooring",
        "app.kubernetes.io/part-of": root_name(resolved),
        "mooring.dev/environment": resolved.name,
        "mooring.dev/stage": stage,
    }
