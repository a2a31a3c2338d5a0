"""What `diff` has to say, in one of several formats: one module per format, with `text(comparison, terminal) -> str`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from mooring.changes.model import Comparison
from mooring.report import Terminal, put, terminal_of


def formats() -> tuple[str, ...]:
    """The formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def write(comparison: Comparison, targets: Sequence[tuple[str, Path | None]], stream: TextIO, no_colour: bool) -> None:
    """Writes the comparison to each target: a format, and a file or the stream."""
    for form, path in targets:
        terminal = terminal_of(stream, no_colour) if path is None else Terminal()
        module = importlib.import_module(f"{__name__}.{form}")
        put(module.text(comparison, terminal), path, stream)
