"""Files outside the tree that a person asked for: `--output FILE`, and what `mooring init` starts a repository with."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from mooring.files import watching
from mooring.files.boundary import repository_of
from mooring.files.folders import opened, write_all
from mooring.files.products import Foreign, temporary_name
from mooring.files.writing import Unwritable

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create(root: Path, path: str, content: bytes) -> bool:
    """Writes a new file at `path` below the folder `root`, made where it is missing; False where something is there.

    Nothing is followed below `root`: `Unwritable` where a link, or no folder, stands on the way.
    """
    folder, _, name = path.rpartition("/")
    try:
        if not repository_of(root / name).holds(root):
            raise Unwritable(str(root / path), "its folder is a link out of the repository")
        root.mkdir(parents=True, exist_ok=True)
        with opened(Path(os.path.realpath(root)), folder, made=[]) as descriptor:
            if name in os.listdir(descriptor):
                return False
            _replace(name, content, descriptor, None)
            watching.tell("written", root / path)
    except Foreign as error:
        raise Unwritable(str(root / error.path), error.what) from None
    except OSError as error:
        raise Unwritable(str(root / path), error.strerror or "it is no file") from None
    return True


def put(path: Path, content: bytes) -> None:
    """Writes or replaces the file of an option: a regular file in its repository, never what a link leads to.

    A character device (`/dev/null`) is written to as it is. `Unwritable` for anything else.
    """
    shown = str(path)
    try:
        if not repository_of(path).holds(path.parent):
            raise Unwritable(shown, "its folder is a link out of the repository")
        mode = _mode(path)
        if mode is not None and stat.S_ISCHR(mode):
            _into_device(path, content)
            return
        if mode is not None and not stat.S_ISREG(mode):
            raise Unwritable(shown, "a link, a folder or a pipe stands there")
        with opened(Path(os.path.realpath(path.parent)), "") as descriptor:
            _replace(path.name, content, descriptor, mode)
            watching.tell("written", path)
    except OSError as error:
        raise Unwritable(shown, error.strerror or "it is no file") from None
    except ValueError:
        raise Unwritable(shown, "it is no name of a file") from None


def _mode(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return os.lstat(path).st_mode
    return None


def _into_device(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        write_all(descriptor, content)
    finally:
        os.close(descriptor)


def _replace(name: str, content: bytes, folder: int, mode: int | None) -> None:
    """Puts a whole file in the place of `name`; nothing of it is left where the disk refuses."""
    temporary = temporary_name()
    descriptor = os.open(temporary, _NEW, 0o666, dir_fd=folder)
    try:
        try:
            if mode is not None:
                os.fchmod(descriptor, stat.S_IMODE(mode) & 0o777)
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
