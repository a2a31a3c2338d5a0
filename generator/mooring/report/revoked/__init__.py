"""What `robots revoke` has to say, in one of several formats: one module per format, with `text(result) -> str`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mooring.harbor.revoking import Revoked
from mooring.report import put


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a robot's generations, and the environments whose namespaces pull with it."""

    harbor: str
    environments: tuple[str, ...]
    revoked: tuple[Revoked, ...]


def formats() -> tuple[str, ...]:
    """The formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def write(result: Result, targets: Sequence[tuple[str, Path | None]], stream: TextIO) -> None:
    """Writes the result to each target: a format, and a file or the stream."""
    for form, path in targets:
        put(importlib.import_module(f"{__name__}.{form}").text(result), path, stream)
