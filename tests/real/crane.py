"""Runs the real crane as a node would pull: with a docker configuration, and no other credential or trust."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Crane:
    """`folder` is for its home and what it pulls; `ca` is all that it trusts. `before` begins its command line, and `env` is
    set beside that."""

    program: Path
    folder: Path
    ca: Path
    before: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, config: Mapping[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
        home = self.folder / "docker"
        home.mkdir(parents=True, exist_ok=True)
        (home / "config.json").write_text(json.dumps(config), encoding="utf-8")
        env = {
            "HOME": str(self.folder),
            "DOCKER_CONFIG": str(home),
            "SSL_CERT_FILE": str(self.ca),
            "SSL_CERT_DIR": "/nowhere",
            **self.env,
        }
        command = [*self.before, self.program, *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)

    def pull(self, config: Mapping[str, Any], image: str) -> subprocess.CompletedProcess[str]:
        return self.run(config, "pull", image, str(self.folder / "pulled.tar"))

    def push(self, config: Mapping[str, Any], image: str) -> subprocess.CompletedProcess[str]:
        """An OCI image of one small layer."""
        layer = self.folder / "layer.tar"
        with tarfile.open(layer, "w") as archive:
            archive.add(self.ca, "etc/ssl/ca.pem")
        return self.run(config, "append", "--oci-empty-base", "-f", str(layer), "-t", image)
