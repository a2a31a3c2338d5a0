"""A bug as it may be told: its type and where in mooring it happened, never its message, which may quote a file."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Crash:
    """What is told of an exception; plain data, so that a worker process can hand it over."""

    kind: str
    frames: tuple[str, ...]

    @classmethod
    def of(cls, error: BaseException) -> Crash:
        """The crash that `error` is, with mooring's own frames only."""
        frames = (
            f"{Path(frame.filename).relative_to(_HERE).as_posix()}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(_HERE)
        )
        return cls(type(error).__name__, tuple(frames))


class Crashed(Exception):
    """A worker process met a bug."""

    def __init__(self, crash: Crash) -> None:
        super().__init__(crash.kind)
        self.crash = crash


class Died(Exception):
    """A worker process ended without a word: killed, as by a system that is out of memory."""
