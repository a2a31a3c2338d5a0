"""Files outside the tree that a person asked for: `--output FILE`, and what `mooring init` starts a repository with."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from mooring.files import watching
from mooring.files.boundary import repository_of
from mooring.files.folders import opened, write_all
from mooring.files.products import Foreign, temporary_name
from mooring.files.reading import Unreadable, content
from mooring.files.writing import Unwritable

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create(root: Path, path: str, text: bytes) -> bool:
    """Writes a new file at `path` below the folder `root`, made where it is missing; False where something is there.

    Nothing is followed below `root`: `Unwritable` where a link, or no folder, stands on the way.
    """
    name = path.rpartition("/")[2]
    with _below(root, path) as descriptor:
        if name in os.listdir(descriptor):
            return False
        _replace(name, text, descriptor, None)
        watching.tell("written", root / path)
    return True


def amend(root: Path, path: str, change: Callable[[bytes | None], bytes]) -> bool:
    """Makes of the file at `path` below `root` what `change` makes of its bytes (None where there is none).

    False where that is what stands there. `Unwritable` as for `create`, and where no regular file stands there.
    """
    name = path.rpartition("/")[2]
    with _below(root, path) as descriptor:
        mode, before = _standing(name, descriptor, root / path)
        after = change(before)
        if after == before:
            return False
        _replace(name, after, descriptor, mode)
        watching.tell("written", root / path)
    return True


@contextlib.contextmanager
def _below(root: Path, path: str) -> Iterator[int]:
    """A descriptor of the folder that `path` below `root` stands in, made where it is missing."""
    try:
        if not repository_of(root / path.rpartition("/")[2]).holds(root):
            raise Unwritable(str(root / path), "its folder is a link out of the repository")
        root.mkdir(parents=True, exist_ok=True)
        with opened(Path(os.path.realpath(root)), path.rpartition("/")[0], made=[]) as descriptor:
            yield descriptor
    except Foreign as error:
        raise Unwritable(str(root / error.path), error.what) from None
    except OSError as error:
        raise Unwritable(str(root / path), error.strerror or "it is not a file") from None


def _standing(name: str, folder: int, path: Path) -> tuple[int | None, bytes | None]:
    """The mode and the bytes of the file that stands there; None for both where none does."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None, None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise Unwritable(str(path), "a link, a folder or a pipe stands there")
        return mode, content(descriptor, path)
    except Unreadable as error:
        raise Unwritable(str(path), f"it {error.why}") from None
    finally:
        os.close(descriptor)


def put(path: Path, text: bytes) -> None:
    """Writes or replaces the file of an option: a regular file in its repository, never what a link leads to.

    A character device (`/dev/null`) is written to as it is. `Unwritable` for anything else.
    """
    shown = str(path)
    try:
        if not repository_of(path).holds(path.parent):
            raise Unwritable(shown, "its folder is a link out of the repository")
        mode = _mode(path)
        if mode is not None and stat.S_ISCHR(mode):
            _into_device(path, text)
            return
        if mode is not None and not stat.S_ISREG(mode):
            raise Unwritable(shown, "a link, a folder or a pipe stands there")
        with opened(Path(os.path.realpath(path.parent)), "") as descriptor:
            _replace(path.name, text, descriptor, mode)
            watching.tell("written", path)
    except OSError as error:
        raise Unwritable(shown, error.strerror or "it is not a file") from None
    except ValueError:
        raise Unwritable(shown, "it is not the name of a file") from None


def _mode(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return os.lstat(path).st_mode
    return None


def _into_device(path: Path, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        write_all(descriptor, text)
    finally:
        os.close(descriptor)


def _replace(name: str, text: bytes, folder: int, mode: int | None) -> None:
    """Puts a whole file in the place of `name`; nothing of it is left where the disk refuses."""
    temporary = temporary_name()
    descriptor = os.open(temporary, _NEW, 0o666, dir_fd=folder)
    try:
        try:
            if mode is not None:
                os.fchmod(descriptor, stat.S_IMODE(mode) & 0o777)
            write_all(descriptor, text)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
