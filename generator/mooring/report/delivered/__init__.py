"""What `secret set` has written, in one of several formats: one module per format, with `text(delivered) -> str`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from mooring.delivery import Fault, Written
from mooring.report import put


class Delivered(NamedTuple):
    """A robot, where its credential was written, and why it was not."""

    robot: str
    written: tuple[Written, ...]
    faults: tuple[Fault, ...]


def formats() -> tuple[str, ...]:
    """The formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def write(delivered: Delivered, targets: Sequence[tuple[str, Path | None]], stream: TextIO) -> None:
    """Writes it to each target: a format, and a file or the stream."""
    for form, path in targets:
        put(importlib.import_module(f"{__name__}.{form}").text(delivered), path, stream)
