"""Sealed Secrets: the controller opens what was sealed for its certificate; the ciphertext is copied, never sealed again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mooring.backends.unopened import Shown, sealed_faults
from mooring.fleet import model


def faults(data: Any, namespace: str, robot: model.Robot, _fleet: model.Fleet) -> Iterator[Shown]:
    return sealed_faults(data, namespace, robot.secret, robot.name)
