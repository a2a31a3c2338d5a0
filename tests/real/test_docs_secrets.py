"""The commands of docs/secrets.md, with the real kubeseal and sops: mooring renders what they write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mooring import cli
from tests.real.conftest import Tools
from tests.support.example import ROOT
from tests.support.sealing import sealing_key

PAGE = (ROOT / "docs" / "secrets.md").read_text()
COPY = "overlays/prod/vision/access/secret-harbor-vision.yaml"
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries:
- {name: harbor, host: harbor.example.com}
secrets: {backend: %s}
robots:
- {name: vision, project: vision, expires: 2027-03-01, namespaces: [vision]}
namespaces:
- name: vision
environments:
- name: prod
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_each_command_is_run() -> None:
    assert [block.split()[0] for block in blocks("sh")] == ["mooring", "kubeseal", "sops"]


@pytest.fixture
def sealing(tool: Tools, repository: Path) -> Path:
    """The repository with a fleet that is kept in Sealed Secrets."""
    (repository / "certs").mkdir()
    (repository / "certs" / "sealed-secrets.pem").write_bytes(sealing_key().certificate)
    (repository / "fleet.yaml").write_text(FLEET % "sealed-secrets, certificate: certs/sealed-secrets.pem")
    return repository


@pytest.fixture
def repository(tool: Tools, tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "secrets" / "prod" / "vision").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text(blocks("yaml")[0])
    return folder


def run(command: str, program: Path, folder: Path, given: str = "") -> None:
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, shell=True, check=True, cwd=folder, env=environment, timeout=60, input=given, text=True)


def test_what_mooring_writes_is_rendered(sealing: Path) -> None:
    run(blocks("sh")[0], Path(sys.executable), sealing, given="hunter2\n")
    assert "encryptedData" in (sealing / COPY).read_text()


def test_what_kubeseal_writes_is_rendered(tool: Tools, sealing: Path) -> None:
    run(blocks("sh")[1], tool("kubeseal"), sealing)
    assert cli.main(["render", "--fleet", str(sealing / "fleet.yaml")]) == 0
    assert "encryptedData" in (sealing / COPY).read_text()


@pytest.mark.parametrize("rules", ["of the page", "of init"])
def test_what_sops_writes_is_rendered(tool: Tools, repository: Path, tmp_path: Path, rules: str) -> None:
    identity = tmp_path / "key.txt"
    subprocess.run([tool("age-keygen"), "-o", identity], check=True, capture_output=True, timeout=60)
    public = subprocess.run([tool("age-keygen"), "-y", identity], check=True, capture_output=True, text=True, timeout=60)
    recipient = public.stdout.strip()
    (repository / "fleet.yaml").write_text(FLEET % f"sops, recipients: [{recipient}]")
    if rules == "of init":
        assert cli.main(["init", "-q", str(repository)]) == 0
    else:
        (repository / ".sops.yaml").write_text(blocks("yaml")[1].replace("RECIPIENTS", recipient))
    run(blocks("sh")[2], tool("sops"), repository)
    assert cli.main(["render", "--fleet", str(repository / "fleet.yaml")]) == 0
    text = (repository / COPY).read_text()
    assert "ENC[AES256_GCM," in text and "SECRET" not in text
