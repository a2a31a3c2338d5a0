"""A private folder that is gone afterwards, whatever happens short of a kill."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder that nobody else may enter (mode 0700), removed at the end. OSError where none can be made."""
    import tempfile  # brings archives and random numbers: for the few runs that need a folder

    place = os.path.realpath(tempfile.gettempdir())
    if place == os.path.realpath(os.curdir):
        # Python's last resort where no folder for temporary files can be written to; that is somebody's repository.
        raise OSError(errno.EROFS, "no folder for temporary files can be written to")
    with tempfile.TemporaryDirectory(prefix="mooring-", dir=place, ignore_cleanup_errors=True) as name:
        yield Path(name)


def _inside(folder: Path, name: str) -> Path:
    """The path of `name` below the folder. ValueError where that is outside."""
    path = folder / name
    if ".." in path.parts or not path.is_relative_to(folder):
        raise ValueError("a path outside of the scratch folder")
    return path


def lay_out(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes files (path below `folder` → bytes) into a scratch folder, which is made. ValueError for a path outside."""
    folder.mkdir()
    for name, content in contents.items():
        path = _inside(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def lay_out_links(folder: Path, links: Mapping[str, bytes]) -> None:
    """Makes links (path below `folder` → where each leads) in a scratch folder whose files stand already.

    ValueError for a path outside, and for one that an earlier link would lead elsewhere.
    """
    for name, leads_to in links.items():
        path = _inside(folder, name)
        if os.path.realpath(path.parent) != os.path.join(os.path.realpath(folder), *Path(name).parent.parts):
            raise ValueError("a path behind a link")
        path.parent.mkdir(parents=True, exist_ok=True)
        os.symlink(leads_to, path)
