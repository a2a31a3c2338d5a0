"""The files under `secrets/`, which `mooring secret set`, `kubeseal` or `sops` writes and render copies: paths and contents.

An annotation says in plain whose credential it is, so that a rotation can be followed without a key.

What is built here is plaintext until a back end's `encrypter` has it; until then nothing shows it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from mooring.fleet.labels import label_value
from mooring.problems.position import Route
from mooring.problems.routes import as_text, get
from mooring.redaction import Credential
from mooring.templating.render import fill

FOLDER = "secrets"
LOGIN = "mooring.dev/login"
_VALUE = "value"


class Plain(NamedTuple):
    """A robot's Secret before it is encrypted: `robot` is the fleet's name for it, `config` its docker configuration."""

    namespace: str
    secret: str
    robot: str
    login: str
    config: Credential


class Cannot(NamedTuple):
    """Why nothing is encrypted, and what to do."""

    message: str
    hint: str


Encrypt = Callable[[Plain], "str | Cannot"]
"""Gives the text of a ciphertext's file."""


def path(environment: str, namespace: str, secret: str) -> PurePosixPath:
    """The ciphertext's file, relative to the repository's folder."""
    return PurePosixPath(FOLDER, environment, namespace, f"{secret}.yaml")


def login_of(data: Any) -> str | None:
    """The login that a ciphertext says it holds; None where it says nothing."""
    route = login_route(data)
    return as_text(get(data, route)) if route is not None else None


def login_route(data: Any) -> Route | None:
    """Where a ciphertext says which login it holds: `kubeseal` copies a Secret's annotations to the template alone."""
    places: tuple[Route, ...] = (("metadata",), ("spec", "template", "metadata"))
    routes = ((*place, "annotations", LOGIN) for place in places)
    return next((route for route in routes if as_text(get(data, route))), None)


def docker_config(hosts: Sequence[str], login: str, secret: Credential) -> Credential:
    """The docker configuration of a robot: one entry for each host, in JSON, never by joining strings."""
    return Credential(
        json.dumps({"auths": dict.fromkeys(hosts, _entry(login, secret))}, ensure_ascii=False, separators=(",", ":"))
    )


def _entry(login: str, secret: Credential) -> dict[str, str]:
    return {
        "username": login, "password": secret.reveal(),
        "auth": base64.b64encode(f"{login}:{secret.reveal()}".encode()).decode(),
    }  # fmt: skip


def sealed_secret(plain: Plain, sealed_value: str) -> str:
    """The text of a SealedSecret; `sealed_value` is what `sealed.seal` gave for the configuration."""
    return fill("secret/sealed-secrets", _context(plain, sealed_value))


def plain_secret(plain: Plain) -> Credential:
    """The text of the Secret that sops is to encrypt: plaintext, for its standard input only."""
    # The value comes last in the template, and is put there afterwards: Jinja's variables would hold it.
    without = fill("secret/sops", _context(plain, _VALUE)).removesuffix(f"{_VALUE}\n")
    return Credential(f"{without}{encoded(plain.config)}\n")


def encoded(config: Credential) -> str:
    """A docker configuration as a Secret's `data` has it."""
    return base64.b64encode(config.reveal().encode()).decode()


def _context(plain: Plain, value: str) -> dict[str, str]:
    return {
        "namespace": plain.namespace, "secret": plain.secret, "robot": label_value(plain.robot), "login": plain.login,
        "value": value,
    }  # fmt: skip
