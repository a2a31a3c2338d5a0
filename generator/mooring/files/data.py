"""mooring's own data: the shipped schemas and templates.

They stand beside the package in an installed wheel, and at the top of a checkout otherwise: the wheel is looked at first,
because an editable install may leave a stale copy elsewhere.
"""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def data_dir(name: str) -> Path:
    """The folder of `schemas` or `templates`."""
    package = Path(__file__).parents[1]
    beside = package / "_data" / name
    return beside if beside.is_dir() else package.parents[1] / name


def data_text(path: Path) -> str:
    """The text of a file below a `data_dir`."""
    return path.read_text(encoding="utf-8")


def data_files(name: str, pattern: str) -> list[Path]:
    """The files of a `data_dir` that a pattern names."""
    return sorted(data_dir(name).glob(pattern))
