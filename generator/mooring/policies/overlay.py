"""The policies of a fleet: their files, and what each environment patches of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mooring.artifact import Artifact
from mooring.scene import Scene


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """`patches` are the Kustomize patches of each environment's `_cluster`, by environment."""

    folder: str | None
    artifacts: tuple[Artifact, ...]
    patches: Mapping[str, list[Any]]

    @property
    def paths(self) -> list[str]:
        return [artifact.path for artifact in self.artifacts]


def plan(scenes: Mapping[str, Scene]) -> PolicyFiles:
    """The files below `policies/<engine>/`, the same for all environments."""
    return PolicyFiles(None, (), {name: [] for name in scenes})
