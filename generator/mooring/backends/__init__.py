"""What a secret back end needs beyond its template: one module per back end, named as in the fleet file.

A module has `context(robot, hosts, fleet) -> dict | None`: the values its template `secret/<back end>` places, or None
where the Secret is made outside git and nothing is rendered.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any

from mooring.fleet import model


@functools.cache
def _module(name: str) -> Any:
    return importlib.import_module(f"mooring.backends.{name.replace('-', '_')}")


def context(backend: str, robot: model.Robot, hosts: tuple[str, ...], fleet: model.Fleet) -> dict[str, Any] | None:
    """The template's values for one robot's Secret; `hosts` are the registry's host and aliases."""
    values: dict[str, Any] | None = _module(backend).context(robot, hosts, fleet)
    return values
