"""Runs the real kustomize, whose build is what `kubectl apply -k`, Argo CD and Flux put into a cluster."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class BuildFailed(Exception):
    """Kustomize refused a root; the text is what it said."""


@dataclass(frozen=True)
class Kustomize:
    program: Path

    def build(self, root: Path) -> list[dict[str, Any]]:
        """The root's objects, in the order in which kustomize prints them, read as YAML 1.1 like a cluster's tools do."""
        run = subprocess.run([self.program, "build", root], capture_output=True, text=True, check=False, timeout=120)
        if run.returncode != 0:
            raise BuildFailed(run.stderr.strip())
        return [loaded for loaded in yaml.safe_load_all(run.stdout) if loaded is not None]
