"""A fleet whose images are in the stand-in for Harbor: what the tests of `mooring doctor SERVICE` begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from tests.support.harbor import HarborStandIn

SECRET = "Canary-Secret-9c41"
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: doctored}}
registries: [{{name: harbor, host: "{host}", caBundle: ca.pem, publicProjects: [library]}}]
secrets: {{backend: external-secrets, store: {{kind: ClusterSecretStore, name: vault}}}}
robots:
- {{name: puller, project: vision, expires: {expires}, secret: {{key: harbor/vision/puller}}}}
namespaces: [{{name: vision}}]
services:
- name: detector
  namespace: vision
  spec:
    predictor:
      containers:
      - {{name: kserve-container, image: "{host}/vision/app:1.0"}}
      - {{name: sidecar, image: "{host}/vision/app:2.0"}}
      - {{name: shared, image: "{host}/library/base:1"}}
- name: idle
  namespace: vision
  kind: ConfigMap
  manifests: idle.yaml
"""
IDLE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: idle, namespace: vision}\ndata: {}\n"


class World:
    """A fleet in the working directory, and the Harbor of its images."""

    def __init__(self, folder: Path, harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.harbor, self._capsys = folder, harbor, capsys
        self.fleet()

    def fleet(self, expires: str = "2099-01-01", **more: str) -> None:
        text = FLEET.format(host=self.harbor.host, expires=expires)
        for old, new in more.items():
            text = text.replace(old, new)
        (self.folder / "fleet.yaml").write_text(text)
        (self.folder / "idle.yaml").write_text(IDLE)
        (self.folder / "ca.pem").write_bytes(self.harbor.authority.pem)

    def credentials(self, login: str, secret: str = SECRET) -> Path:
        path = self.folder / "credential"
        path.write_text(f"{login}\n{secret}\n")
        path.chmod(0o600)
        return path

    def doctor(self, *arguments: str | Path) -> tuple[int, Any]:
        code = cli.main(["doctor", *map(str, arguments), "--format", "json"])
        said = self._capsys.readouterr()
        assert SECRET not in said.out + said.err
        return code, json.loads(said.out)

    def text(self, *arguments: str | Path) -> list[str]:
        cli.main(["doctor", *map(str, arguments), "--format", "text"])
        return self._capsys.readouterr().out.splitlines()


def causes(entry: dict[str, Any]) -> list[list[str]]:
    """The codes of each pull's causes."""
    return [[cause["code"] for cause in one["causes"]] for one in entry["pulls"]]
