"""`mooring secret set` for the back ends whose ciphertexts stand in git: what it writes, the real programs open."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring.cli import main
from tests.real.conftest import Tools
from tests.support.canary import CANARIES, leaks
from tests.support.sealing import SealingKey, sealing_key

SECRET = CANARIES[1]
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: demo}
registries:
- {name: harbor, host: harbor.example.com, aliases: ["harbor.example.com:8443"]}
secrets: {backend: %s}
robots:
- {name: vision, project: vision, expires: 2027-03-01, namespaces: [vision, shop]}
namespaces:
- name: vision
- name: shop
environments:
- {name: dev, secrets: {%s}}
- {name: prod, secrets: {%s}}
"""
ENVIRONMENTS, NAMESPACES = ("dev", "prod"), ("vision", "shop")


def written(here: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ciphertexts after the secret was given; it stands in no file of the repository, and all of it renders."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{SECRET}\n".encode())))
    assert main(["secret", "set", "vision", "--fleet", str(here / "fleet.yaml")]) == 0
    assert main(["render", "--fleet", str(here / "fleet.yaml")]) == 0
    files = [path for path in here.rglob("*") if path.is_file()]
    assert not [path for path in files if any(leak.encode() in path.read_bytes().lower() for leak in leaks(SECRET))]
    return sorted(path.relative_to(here / "secrets").as_posix() for path in files if path.is_relative_to(here / "secrets"))


def assert_is_the_pull_secret(secret: Any, namespace: str) -> None:
    """Name, type, labels, and both hosts with the login and the secret that were given."""
    assert (secret["kind"], secret["metadata"]["name"], secret["metadata"]["namespace"]) == (
        "Secret", "harbor-vision", namespace,
    )  # fmt: skip
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    assert secret["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "mooring", "mooring.dev/robot": "vision"}
    login = "robot$vision+vision"
    entry = {
        "username": login, "password": SECRET, "auth": base64.b64encode(f"{login}:{SECRET}".encode()).decode(),
    }  # fmt: skip
    config = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"], validate=True))
    assert config == {"auths": {"harbor.example.com": entry, "harbor.example.com:8443": entry}}


def test_kubeseal_opens_what_is_sealed(tool: Tools, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {name: sealing_key() for name in ENVIRONMENTS}
    (here / "certs").mkdir()
    for name, key in keys.items():
        (here / "certs" / f"{name}.pem").write_bytes(key.certificate)
    (here / "fleet.yaml").write_text(
        FLEET % ("sealed-secrets", *(f"certificate: certs/{name}.pem" for name in ENVIRONMENTS))
    )
    assert written(here, monkeypatch) == sorted(f"{e}/{n}/harbor-vision.yaml" for e in ENVIRONMENTS for n in NAMESPACES)
    for environment, key in keys.items():
        for namespace in NAMESPACES:
            copied = here / "overlays" / environment / namespace / "access" / "secret-harbor-vision.yaml"
            assert_is_the_pull_secret(unsealed(tool("kubeseal"), key, copied, here), namespace)
            other = keys["dev" if environment == "prod" else "prod"]
            assert unsealed(tool("kubeseal"), other, copied, here) is None


def unsealed(kubeseal: Path, key: SealingKey, file: Path, folder: Path) -> Any:
    """The Secret; None where the key does not open it."""
    (folder / "key.pem").write_bytes(key.private)
    command: list[str | Path] = [kubeseal, "--recovery-unseal", "--recovery-private-key", folder / "key.pem", "-o", "yaml"]
    with file.open() as text:
        run = subprocess.run(command, stdin=text, capture_output=True, text=True, check=False, timeout=60)
    return yaml.safe_load(run.stdout) if run.returncode == 0 else None


def test_sops_opens_what_is_encrypted(tool: Tools, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identities = {name: age_key(tool("age-keygen"), here.parent / f"{here.name}-{name}.txt") for name in ENVIRONMENTS}
    recipients = {name: public for name, (_, public) in identities.items()}
    (here / "fleet.yaml").write_text(FLEET % ("sops", *(f"recipients: [{recipients[name]}]" for name in ENVIRONMENTS)))
    # The repository's own rules are for people: here are some that would encrypt nothing.
    (here / ".sops.yaml").write_text("creation_rules: [{unencrypted_regex: .*, age: age1x}]\n")
    monkeypatch.setenv("PATH", str(tool("sops").parent))
    assert written(here, monkeypatch) == sorted(f"{e}/{n}/harbor-vision.yaml" for e in ENVIRONMENTS for n in NAMESPACES)
    for environment, (identity, _) in identities.items():
        for namespace in NAMESPACES:
            copied = here / "overlays" / environment / namespace / "access" / "secret-harbor-vision.yaml"
            secret = decrypted(tool("sops"), identity, copied)
            assert_is_the_pull_secret(secret, namespace)
            assert secret["metadata"]["annotations"] == {"mooring.dev/login": "robot$vision+vision"}
            other = identities["dev" if environment == "prod" else "prod"][0]
            assert decrypted(tool("sops"), other, copied) is None


def age_key(keygen: Path, file: Path) -> tuple[Path, str]:
    """A new identity's file, outside of the repository, and its recipient."""
    subprocess.run([keygen, "-o", file], check=True, capture_output=True, timeout=60)
    public = subprocess.run([keygen, "-y", file], check=True, capture_output=True, text=True, timeout=60)
    return file, public.stdout.strip()


def decrypted(sops: Path, identity: Path, file: Path) -> Any:
    """The Secret; None where the identity does not open it."""
    command: list[str | Path] = [sops, "decrypt", "--output-type", "yaml", file]
    environment = {"SOPS_AGE_KEY_FILE": str(identity), "HOME": str(identity.parent)}
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    return yaml.safe_load(run.stdout) if run.returncode == 0 else None
