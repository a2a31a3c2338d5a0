"""A bug as it may be told: its type and where in mooring it happened, never its message, which may quote a file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_HERE = Path(__file__).parents[1]
_COMPILED = Path("generator/mooring")  # where a compiled function says that it stands: where it was built
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
        return cls(type(error).__name__, tuple(_frames(error.__traceback__)), _refused(error))


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    """Mooring's own frames, the outermost first. By hand: the library's way reads files, and there may be no descriptor."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = Path(code.co_filename)
        for top in (_HERE, _COMPILED):
            if path.is_relative_to(top):
                yield f"{path.relative_to(top).as_posix()}:{traceback.tb_lineno} {code.co_name}"
        traceback = traceback.tb_next


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
