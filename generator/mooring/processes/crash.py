"""A bug as it may be told: its type and where in mooring it happened, never its message, which may quote a file."""

from __future__ import annotations

import errno
import traceback
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parents[1]
# What runs out, or breaks, below every program.
_SYSTEM = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crash:
    """What is told of an exception; plain data, so that a worker process can hand it over.

    `system` is what the system refused, in its own words, where that ended the run: no bug then.
    """

    kind: str
    frames: tuple[str, ...]
    system: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Crash:
        """The crash that `error` is, with mooring's own frames only."""
        frames = (
            f"{Path(frame.filename).relative_to(_HERE).as_posix()}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(_HERE)
        )
        return cls(type(error).__name__, tuple(frames), _refused(error))


def _refused(error: BaseException) -> str:
    """What the system had no more of: its own words, which hold nothing of a file; empty for any other error."""
    if isinstance(error, MemoryError):
        return "Cannot allocate memory"
    return error.strerror if isinstance(error, OSError) and error.errno in _SYSTEM and error.strerror else ""


class Crashed(Exception):
    """A worker process met a bug."""

    def __init__(self, crash: Crash) -> None:
        super().__init__(crash.kind)
        self.crash = crash


class Died(Exception):
    """A worker process ended without a word: killed, as by a system that is out of memory."""
