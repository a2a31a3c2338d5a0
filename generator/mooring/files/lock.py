"""One run at a time in a repository: an advisory lock on its folder, which ends with the process that holds it.

The lock is `flock` on the folder itself, so that no file is left behind, and a lock cannot outlive its run
(https://man7.org/linux/man-pages/man2/flock.2.html). Those who only read share it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 600.0  # seconds
_STEP = 0.05  # seconds between two looks


class Busy(Exception):
    """Another run held the repository for longer than anybody waits."""


@contextlib.contextmanager
def locked(root: Path, *, write: bool, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the repository at `root`, alone with `write`; calls `waiting` once where another run has it.

    `Busy` after ten minutes. Where the file system has no locks, or the folder cannot be opened, nothing is held.
    """
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        _acquire(descriptor, fcntl.LOCK_EX if write else fcntl.LOCK_SH, waiting)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, kind: int, waiting: Callable[[], None]) -> None:
    """Returns with the lock, or without where there are none; calls `waiting` once. `Busy` where patience ends."""
    until = time.monotonic() + PATIENCE
    said = False
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                return  # a file system without locks (NFS takes none on a folder)
        if time.monotonic() > until:
            raise Busy
        if not said:
            waiting()
            said = True
        time.sleep(_STEP)
