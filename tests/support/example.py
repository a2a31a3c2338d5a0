"""The example fleet at the top of the repository, copied to where a test may do with it as it likes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
INPUTS = ("fleet.yaml", "teams", "services")
RENDERED = ("overlays", "policies")

# One robot, one namespace, one service, and `services:` last, so that a test may add entries at the end.
SMALL = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: small}
registries:
- {name: harbor, host: harbor.example.com}
secrets:
  backend: external-secrets
  store: {kind: ClusterSecretStore, name: vault}
robots:
- {name: vision, project: vision, expires: 2099-01-01, secret: {key: harbor/vision}}
namespaces:
- name: vision
services:
- name: detector
  namespace: vision
  spec:
    predictor:
      containers:
      - {name: kserve-container, image: "harbor.example.com/vision/detector:1.0"}
"""


def copy(folder: Path, *, rendered: bool) -> None:
    """Copies what the fleet is made of; `rendered`, with what is committed of it."""
    for name in (*INPUTS, *(RENDERED if rendered else ())):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)


def steady(code: int, said: str, folder: Path) -> str:
    """Exit code and output of a command, without what differs from run to run: seconds, and where the folder is."""
    said = re.sub(r"\d+\.\d\d s$", "# s", said, flags=re.MULTILINE)
    return f"exit code {code}\n{said.replace(str(folder), '<repository>')}"
