"""Folders below a root, opened one by one from it: no link on the way is ever followed."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from mooring.files.products import Foreign

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def opened(root: Path, folder: str, *, made: list[str] | None = None) -> Iterator[int]:
    """A descriptor of `folder` (POSIX, below `root`); with `made`, what is missing is made and its paths are added there.

    `Foreign` where a part is a link or no folder. FileNotFoundError where one is missing.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        done = ""
        for part in folder.split("/") if folder else ():
            done = f"{done}/{part}" if done else part
            inner = _entered(part, descriptor, done, made)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _entered(part: str, outer: int, path: str, made: list[str] | None) -> int:
    """The descriptor of folder `part` of `outer`; a missing one is made and added to `made`, unless that is None."""
    try:
        return os.open(part, _FLAGS, dir_fd=outer)
    except FileNotFoundError:
        if made is None:
            raise
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise
        raise Foreign(path, "it is a link, or no folder") from None
    with contextlib.suppress(FileExistsError):
        os.mkdir(part, dir_fd=outer)
        made.append(path)
    return _entered(part, outer, path, None)


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all of the content to an open file, however little of it the system takes at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync(descriptor: int) -> None:
    """Makes what was renamed or removed in an open folder last; some file systems cannot, and need not."""
    with contextlib.suppress(OSError):
        os.fsync(descriptor)
