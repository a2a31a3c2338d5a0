"""Files that hold a credential: named by whoever runs mooring, anywhere, and read no further than a credential is long."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from mooring.files import watching
from mooring.files.reading import Unreadable, open_regular, refused
from mooring.processes.cores import dump_none

_OTHERS = stat.S_IRGRP | stat.S_IROTH


class Private(NamedTuple):
    """The first bytes of a file, and its permission bits where others than its owner may read it."""

    beginning: bytes
    open_to_others: int | None


def read_private(path: Path, most: int) -> Private:
    """The first `most` bytes of the regular file that `path` leads to: a Secret mounted into a pod is a link.

    `Unreadable` where there is none; a pipe or a device is not opened. The process dumps no core from then on.
    """
    dump_none()
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        raise Unreadable(path, "is not the name of a file") from None
    descriptor = open_regular(path, real)
    try:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        beginning = os.read(descriptor, most)
    except OSError as error:
        raise refused(path, error) from None
    finally:
        os.close(descriptor)
    watching.tell("read", path)
    return Private(beginning, mode if mode & _OTHERS else None)
