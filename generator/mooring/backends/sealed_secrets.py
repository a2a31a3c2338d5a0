"""Sealed Secrets: the controller opens what was sealed for its certificate; the ciphertext is copied, never sealed again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mooring.backends.ciphertexts import Cannot, Encrypt, Plain, sealed_secret
from mooring.backends.unopened import Shown, sealed_faults
from mooring.files import Boundary, Unreadable
from mooring.fleet import model
from mooring.redaction import quote

_FETCH = "fetch the cluster's present one with `kubeseal --fetch-cert`"


def faults(data: Any, namespace: str, robot: model.Robot, _fleet: model.Fleet) -> Iterator[Shown]:
    return sealed_faults(data, namespace, robot.secret, robot.name)


def encrypter(fleet: model.Fleet, root: Path) -> Encrypt | Cannot:
    """Seals for the certificate that the fleet names. One that has expired is refused: `kubeseal` seals for none either."""
    from mooring.backends.sealed import BadCertificate, seal, valid_until  # brings OpenSSL

    written = fleet.secrets.certificate
    if written is None:
        return Cannot("`secrets.certificate` is missing: there is no key to seal for", f"{_FETCH}, and name its file")
    name, boundary = f"sealing certificate {quote(written, 'path')}", Boundary(root)
    try:
        pem = boundary.read(boundary.root / written)
        until = valid_until(pem)
    except Unreadable as error:
        return Cannot(f"{name} {error.why}", error.hint or _FETCH)
    except BadCertificate as error:
        return Cannot(f"{name} {error}", _FETCH)
    if until <= datetime.datetime.now(datetime.UTC):
        return Cannot(f"{name} has expired on {until.date()}", _FETCH)

    def encrypt(plain: Plain) -> str:
        return sealed_secret(plain, seal(pem, plain.namespace, plain.secret, plain.config))

    return encrypt
