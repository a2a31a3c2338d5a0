"""The files under `secrets/`, which `kubeseal` or `sops` writes and render copies: their paths, and what goes into them.

A docker configuration that is built here is plaintext. It goes into `sealed.seal`, or to sops on its standard input, and
nowhere else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from mooring.fleet.labels import label_value
from mooring.templating.render import fill

FOLDER = "secrets"


def path(environment: str, namespace: str, secret: str) -> PurePosixPath:
    """The ciphertext's file, relative to the repository's folder."""
    return PurePosixPath(FOLDER, environment, namespace, f"{secret}.yaml")


def docker_config(hosts: Sequence[str], login: str, password: str) -> bytes:
    """The docker configuration of a robot: one entry for each host, in JSON, never by joining strings."""
    auth = base64.b64encode(f"{login}:{password}".encode()).decode()
    entry = {"username": login, "password": password, "auth": auth}
    return json.dumps({"auths": dict.fromkeys(hosts, entry)}, ensure_ascii=False, separators=(",", ":")).encode()


def sealed_secret(namespace: str, secret: str, robot: str, sealed_value: str) -> str:
    """The text of a SealedSecret; `robot` is the fleet's name for it, `sealed_value` what `sealed.seal` gave."""
    return fill("secret/sealed-secrets", _context(namespace, secret, robot, sealed_value))


def plain_secret(namespace: str, secret: str, robot: str, config: bytes) -> str:
    """The text of the Secret that sops is to encrypt: plaintext, for its standard input only."""
    return fill("secret/sops", _context(namespace, secret, robot, base64.b64encode(config).decode()))


def _context(namespace: str, secret: str, robot: str, value: str) -> dict[str, str]:
    return {"namespace": namespace, "secret": secret, "robot": label_value(robot), "value": value}
