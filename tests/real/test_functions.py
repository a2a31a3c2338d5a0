"""`mooring-fn` run by the real kustomize: a build with a pull that fails stops, another one is what it is without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.kustomize import Kustomize

CHECK = """\
apiVersion: mooring.dev/v1
kind: Check
metadata:
  name: mooring
  annotations:
    config.kubernetes.io/function: |
      exec: {path: mooring-fn}
spec: {registries: [harbor.example.com]}
"""
CONFIG_MAP = (
    CHECK.replace("mooring.dev/v1", "v1")
    .replace("kind: Check", "kind: ConfigMap")
    .replace("spec: {registries: [harbor.example.com]}", "data: {registries: harbor.example.com}")
)
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: team}
spec:
  imagePullSecrets: []
  containers: [{name: x, image: "IMAGE"}]
"""


def build(
    kustomize: Kustomize, folder: Path, config: str, image: str, *, plain: bool = False
) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    entries = "resources: [pod.yaml]\n" + ("" if plain else "transformers: [check.yaml]\n")
    (folder / "kustomization.yaml").write_text(entries)
    (folder / "check.yaml").write_text(config)
    (folder / "pod.yaml").write_text(POD.replace("IMAGE", image))
    command = [kustomize.program, "build", folder, "--enable-alpha-plugins", "--enable-exec"]
    env = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("config", [CHECK, CONFIG_MAP], ids=["check", "config-map"])
def test_a_pull_that_fails_stops_the_build(kustomize: Kustomize, tmp_path: Path, config: str) -> None:
    done = build(kustomize, tmp_path / "root", config, "harbor.example.com/p/a:1")
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "error[secret-not-referenced]" in done.stderr and "exit status 1" in done.stderr


@pytest.mark.parametrize("config", [CHECK, CONFIG_MAP], ids=["check", "config-map"])
def test_what_is_clean_is_built_as_without_it(kustomize: Kustomize, tmp_path: Path, config: str) -> None:
    done = build(kustomize, tmp_path / "root", config, "docker.io/library/a:1")
    plain = build(kustomize, tmp_path / "root", config, "docker.io/library/a:1", plain=True)
    assert (done.returncode, plain.returncode) == (0, 0), done.stderr
    assert done.stdout == plain.stdout
    assert "1 pull: 1 other (docker.io)" in done.stderr


def test_a_wrong_configuration_stops_the_build(kustomize: Kustomize, tmp_path: Path) -> None:
    done = build(kustomize, tmp_path / "root", CHECK.replace("registries", "registry"), "docker.io/library/a:1")
    assert done.returncode != 0 and "functionConfig has no setting `registry`" in done.stderr
