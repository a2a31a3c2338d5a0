"""sops: Flux decrypts the Secret as it applies it; the ciphertext is copied, never encrypted again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.backends.unopened import Shown, sops_faults
from mooring.fleet import model


def faults(data: Any, namespace: str, robot: model.Robot, fleet: model.Fleet) -> Iterator[Shown]:
    return sops_faults(data, namespace, robot.secret, robot.name, fleet.secrets.recipients)
