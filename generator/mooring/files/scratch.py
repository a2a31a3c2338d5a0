"""A private folder that is gone afterwards, whatever happens short of a kill."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder that nobody else may enter (mode 0700), outside of any repository, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="mooring-", ignore_cleanup_errors=True) as name:
        yield Path(os.path.realpath(name))


def lay_out(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes files (path below `folder` → bytes) into a scratch folder, which is made. ValueError for a path outside."""
    folder.mkdir()
    for name, content in contents.items():
        path = folder / name
        if ".." in path.parts or not path.is_relative_to(folder):
            raise ValueError("a path outside of the scratch folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
