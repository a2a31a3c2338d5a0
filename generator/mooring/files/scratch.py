"""A private folder that is gone afterwards, whatever happens short of a kill."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder that nobody else may enter (mode 0700), outside of any repository, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="mooring-", ignore_cleanup_errors=True) as name:
        yield Path(os.path.realpath(name))
