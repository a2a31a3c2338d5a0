"""A fleet of back end `sops`: ciphertexts that the real sops writes into its repository, and the age keys that open them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mooring.backends.ciphertexts import Plain, docker_config, path, plain_secret
from mooring.backends.unopened import ENCRYPTED_REGEX
from mooring.redaction import Credential
from tests.real.conftest import Tools
from tests.real.sync.fleet import ENVIRONMENT, HOST, Fleet, robot
from tests.real.sync.flux import NAMESPACE
from tests.real.verdicts import Object

PROGRAMS = ("sops", "age-keygen")


@dataclass(frozen=True)
class Key:
    """An age key: who has `identity` opens what was encrypted for `recipient`."""

    identity: str
    recipient: str

    @classmethod
    def made(cls, tool: Tools) -> Key:
        identity = _run([tool("age-keygen")], "")
        return cls(identity, _run([tool("age-keygen"), "-y"], identity).strip())

    def secret(self) -> Object:
        """Where docs/flux.md says that the rendered Kustomizations look for it."""
        metadata = {"name": "sops-age", "namespace": NAMESPACE}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"age.agekey": self.identity}}


def of_sops(base: Fleet, recipient: str) -> Fleet:
    """The fleet, with its Secrets encrypted in git."""
    robots = [robot(one["project"], one["namespaces"], one["name"]) for one in base["robots"]]
    for one in robots:
        del one["secret"]
    return base | {"secrets": {"backend": "sops", "recipients": [recipient]}, "robots": robots}


def encrypt(tool: Tools, tree: Path, written: Fleet, password: str) -> None:
    """Writes the ciphertext of each robot in each of its namespaces, for the fleet's recipient, as docs/secrets.md tells."""
    (tree / ".sops.yaml").write_text(json.dumps({"creation_rules": [_rule(*written["secrets"]["recipients"])]}))
    for namespace, one in logins(written):
        where = path(ENVIRONMENT, namespace, one["secretName"])
        options = ["--filename-override", str(where), "--input-type", "yaml", "--output-type", "yaml"]
        plain = plain_secret(Plain(namespace, one["secretName"], one["name"], _name(one), login(one, password)))
        encrypted = _run([tool("sops"), "encrypt", *options, "/dev/stdin"], plain.reveal(), tree)
        (tree / where).parent.mkdir(parents=True, exist_ok=True)
        (tree / where).write_text(encrypted, encoding="utf-8")


def _rule(recipient: str) -> Fleet:
    rule = {"path_regex": rf"^secrets/{ENVIRONMENT}/.*\.yaml$", "encrypted_regex": ENCRYPTED_REGEX}
    return {**rule, "mac_only_encrypted": True, "age": recipient}


def logins(written: Fleet) -> Iterator[tuple[str, Fleet]]:
    """Each namespace with each robot that it has."""
    for one in written["robots"]:
        for namespace in one["namespaces"]:
            yield namespace, one


def login(one: Fleet, password: str) -> Credential:
    """The docker configuration of a robot."""
    return docker_config([HOST], _name(one), Credential(password))


def _name(one: Fleet) -> str:
    return f"robot${one['project']}+{one['name']}"


def _run(command: list[str | Path], text: str, where: Path | None = None) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=where, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr}")
    return done.stdout
