"""Reading: regular files only, through a descriptor whose real place is checked, never more than a limit."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from pathlib import Path
from typing import BinaryIO

MEGABYTE = 1_000_000
# The API server takes 3 MB in one request: no manifest is near this. `--max-file-size` raises it.
DEFAULT_LIMIT = 20 * MEGABYTE
# A pipe without a writer would block, and so would a terminal take over the process: neither happens with these.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CHUNK = 1 << 20
_limit = DEFAULT_LIMIT


class Unreadable(Exception):
    """Why a file was not read: `path` as it was asked for, `why` to follow its name in a message, and a `hint`.

    Neither holds anything of the file.
    """

    def __init__(self, path: Path, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.path, self.why, self.hint = path, why, hint


class Absent(Unreadable):
    """Nothing of that name is there, or a link that leads to nothing."""


def set_limit(size: int) -> None:
    """Sets how many bytes a file may have, for this process and those it forks."""
    global _limit  # noqa: PLW0603 - one setting of the whole run, set before anything is read
    _limit = size


def limit() -> int:
    """How many bytes a file may have."""
    return _limit


def too_large(path: Path) -> Unreadable:
    """The refusal of a file over the limit."""
    return Unreadable(path, f"is larger than {_limit // MEGABYTE} MB", "`--max-file-size MB` raises the limit")


def refused(path: Path, error: OSError) -> Unreadable:
    """The refusal for what the system says."""
    if error.errno == errno.ENOENT:
        return Absent(path, "is a link to nothing" if os.path.islink(path) else "does not exist")
    if error.errno == errno.ELOOP:
        return Unreadable(path, "is a link that leads back to itself")
    return Unreadable(path, f"cannot be read: {error.strerror or 'it is not a file'}")


def kind_refused(path: Path, mode: int) -> Unreadable | None:
    """The refusal of what is no regular file; None for one."""
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISDIR(mode):
        return Unreadable(path, "is a folder")
    if stat.S_ISLNK(mode):  # what is left of it when every link that leads somewhere has been resolved
        return Unreadable(path, "is a link that leads back to itself")
    return Unreadable(path, "is a pipe, a socket or a device, not a regular file", "`-` reads standard input")


def open_regular(path: Path, real: str, directory: int | None = None) -> int:
    """A descriptor of the regular file that stands at `real` itself, not behind a link. `Unreadable` for anything else.

    `path` is how it was asked for; with `directory`, `real` is a name in that open folder.
    """
    try:
        problem = kind_refused(path, os.stat(real, dir_fd=directory, follow_symlinks=False).st_mode)
        if problem is not None:
            raise problem  # before anything is opened: to open a device may be to use it
        descriptor = os.open(real, _FLAGS | os.O_NOFOLLOW, dir_fd=directory)
    except OSError as error:
        raise refused(path, error) from None
    except ValueError:
        raise Unreadable(path, "is not the name of a file") from None
    problem = kind_refused(path, os.fstat(descriptor).st_mode)
    if problem is not None:
        os.close(descriptor)
        raise problem
    return descriptor


def place_of(descriptor: int) -> str | None:
    """Where the opened file really stands; None where the system cannot say."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/self/fd/{descriptor}")
    if hasattr(fcntl, "F_GETPATH"):
        found: bytes = fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024))
        return os.fsdecode(found.rstrip(b"\0"))
    return None


def content(descriptor: int, path: Path) -> bytes:
    """All bytes of an open regular file. `Unreadable` where it has more than the limit; the descriptor stays open."""
    try:
        if os.fstat(descriptor).st_size > _limit:
            raise too_large(path)
        # One call for nearly every file: they are small, and there are tens of thousands. Sizes may lie (`/proc`).
        chunks = [os.read(descriptor, _CHUNK)]
        total = len(chunks[0])
        while len(chunks[-1]) == _CHUNK:
            chunks.append(os.read(descriptor, _CHUNK))
            total += len(chunks[-1])
            if total > _limit:
                raise too_large(path)
    except OSError as error:
        raise refused(path, error) from None
    return b"".join(chunks)


def read_stream(stream: BinaryIO, name: str) -> bytes:
    """All of standard input, called `name` in messages. `Unreadable` where it has more bytes than a file may have."""
    try:
        found = stream.read(_limit + 1)
    except OSError as error:
        raise refused(Path(name), error) from None
    if len(found) > _limit:
        raise too_large(Path(name))
    return found
