"""What a secret back end needs beyond its template: one module per back end, named as in the fleet file.

A module has `context(robot, hosts, fleet) -> dict | None`: the values its template `secret/<back end>` places, or None
where the Secret is made outside git and nothing is rendered. A back end whose ciphertexts stand in the repository has
`faults(data, namespace, robot, fleet)` instead: what is wrong with the one that is to be copied; and
`encrypter(fleet, root)`: what encrypts a Secret as the fleet says it, or why nothing can.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mooring.backends.ciphertexts import Cannot, Encrypt
from mooring.backends.unopened import Shown
from mooring.fleet import model


@functools.cache
def _module(name: str) -> Any:
    return importlib.import_module(f"mooring.backends.{name.replace('-', '_')}")


def context(backend: str, robot: model.Robot, hosts: tuple[str, ...], fleet: model.Fleet) -> dict[str, Any] | None:
    """The template's values for one robot's Secret; `hosts` are the registry's host and aliases."""
    values: dict[str, Any] | None = _module(backend).context(robot, hosts, fleet)
    return values


def has_ciphertexts(backend: str) -> bool:
    """Whether the Secrets of a back end stand encrypted in the repository."""
    return hasattr(_module(backend), "faults")


def faults(backend: str, data: Any, namespace: str, robot: model.Robot, fleet: model.Fleet) -> Iterator[Shown]:
    """What is wrong with the ciphertext of a robot's Secret in a namespace."""
    found: Iterator[Shown] = _module(backend).faults(data, namespace, robot, fleet)
    return found


def encrypter(backend: str, fleet: model.Fleet, root: Path) -> Encrypt | Cannot:
    """What encrypts a Secret for the environment that `fleet` is of, or why nothing can; `root` is the repository."""
    found: Encrypt | Cannot = _module(backend).encrypter(fleet, root)
    return found
