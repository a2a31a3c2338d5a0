"""A Secret that the real `sops` has encrypted for age: nothing wrong is seen in it, and below a comment it still opens."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import yaml

from mooring.backends.ciphertexts import Plain, docker_config, path, plain_secret
from mooring.backends.unopened import ENCRYPTED_REGEX, sops_faults
from mooring.redaction import Credential
from mooring.templating.render import marked
from tests.real.conftest import Tools

LOGIN, SECRET = "robot$p+a", Credential("".join(map(chr, range(32, 127))) + "é€𝄞")
CONFIG = docker_config(["h.example.com"], LOGIN, SECRET)


def test_sops_encrypts_and_opens_it(tool: Tools, tmp_path: Path) -> None:
    sops, identity = tool("sops"), tmp_path / "key.txt"
    subprocess.run([tool("age-keygen"), "-o", identity], check=True, capture_output=True, timeout=60)
    public = subprocess.run([tool("age-keygen"), "-y", identity], check=True, capture_output=True, text=True, timeout=60)
    recipient = public.stdout.strip()
    rule = {"path_regex": r"^secrets/prod/.*\.yaml$", "encrypted_regex": ENCRYPTED_REGEX, "mac_only_encrypted": True}
    (tmp_path / ".sops.yaml").write_text(yaml.safe_dump({"creation_rules": [{**rule, "age": recipient}]}))
    options = ["--filename-override", str(path("prod", "vision", "pull")), "--input-type", "yaml", "--output-type", "yaml"]
    environment = {**os.environ, "SOPS_AGE_KEY_FILE": str(identity)}

    def run(command: str, text: str) -> str:
        line = [str(sops), command, *(options if command == "encrypt" else options[2:]), "/dev/stdin"]
        done = subprocess.run(
            line, input=text, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment, timeout=60
        )
        return done.stdout

    plain = plain_secret(Plain("vision", "pull", "a", LOGIN, CONFIG)).reveal()
    encrypted = run("encrypt", plain)
    assert list(sops_faults(yaml.safe_load(encrypted), "vision", "pull", "a", [recipient])) == []
    assert base64.b64encode(CONFIG.reveal().encode()).decode() not in encrypted
    copy = marked(encrypted, fleet=str(path("prod", "vision", "pull")))
    assert yaml.safe_load(run("decrypt", copy)) == yaml.safe_load(plain)
    # Flux decrypts what Kustomize has built.
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "secret-pull.yaml").write_text(copy)
    (tmp_path / "access" / "kustomization.yaml").write_text("resources: [secret-pull.yaml]\n")
    line = [tool("kustomize"), "build", tmp_path / "access"]
    built = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stdout
    assert built != encrypted
    assert yaml.safe_load(run("decrypt", built)) == yaml.safe_load(plain)
