"""What mooring seals, `kubeseal` opens with the key of the cluster: the docker configuration, in that Secret alone."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring.backends.ciphertexts import Plain, docker_config, sealed_secret
from mooring.backends.sealed import seal
from mooring.redaction import Credential
from tests.real.conftest import Tools
from tests.support.sealing import SealingKey, sealing_key

LOGIN, SECRET = "robot$p+a", Credential("".join(map(chr, range(32, 127))) + "é€𝄞")
CONFIG = docker_config(["h.example.com", "h.example.com:8443"], LOGIN, SECRET)


@pytest.fixture(scope="module")
def key() -> SealingKey:
    return sealing_key()


def sealed(namespace: str, name: str, key: SealingKey) -> str:
    """A SealedSecret whose value is sealed for Secret `harbor-a` in `vision`."""
    return sealed_secret(Plain(namespace, name, "a", LOGIN, CONFIG), seal(key.certificate, "vision", "harbor-a", CONFIG))


def unsealed(kubeseal: Path, key: SealingKey, text: str, folder: Path) -> tuple[int, dict[str, Any]]:
    """The exit code, and the Secret."""
    (folder / "key.pem").write_bytes(key.private)
    command: list[str | Path] = [kubeseal, "--recovery-unseal", "--recovery-private-key", folder / "key.pem", "-o", "yaml"]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)
    return run.returncode, yaml.safe_load(run.stdout) or {}


def test_kubeseal_opens_it(tool: Tools, key: SealingKey, tmp_path: Path) -> None:
    text = sealed_secret(
        Plain("vision", "harbor-a", "a", LOGIN, CONFIG), seal(key.certificate, "vision", "harbor-a", CONFIG)
    )
    code, secret = unsealed(tool("kubeseal"), key, text, tmp_path)
    assert (code, secret["type"]) == (0, "kubernetes.io/dockerconfigjson")
    assert secret["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "mooring", "mooring.dev/robot": "a"}
    assert (secret["metadata"]["name"], secret["metadata"]["namespace"]) == ("harbor-a", "vision")
    opened = base64.b64decode(secret["data"][".dockerconfigjson"], validate=True)
    assert (opened, list(secret["data"])) == (CONFIG.reveal().encode(), [".dockerconfigjson"])
    assert "é€𝄞" in json.loads(opened)["auths"]["h.example.com"]["password"]


@pytest.mark.parametrize(("namespace", "name"), [("shop", "harbor-a"), ("vision", "harbor-b")])
def test_nobody_can_take_it_elsewhere(tool: Tools, key: SealingKey, tmp_path: Path, namespace: str, name: str) -> None:
    text = sealed(namespace, name, key)
    assert unsealed(tool("kubeseal"), key, text, tmp_path)[0] == 1
