"""What one run keeps for the next, in the user's cache folder: never needed, never trusted further than it can be checked.

Every entry is named by the content that it was made from and stamped with the program that made it. Whatever is absent,
cut short, changed, of another program or not to be read is as if it were not there; whatever cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from mooring.files.data import data_dir
from mooring.files.folders import write_all
from mooring.files.products import temporary_name

OFF = "off"
_LONGEST = 1 << 30
_SECONDS = 30 * 24 * 3600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def digest(*parts: bytes) -> str:
    """A name for content: no two contents have one, nor two ways of cutting it into parts."""
    made = hashlib.blake2b(digest_size=20)
    for part in parts:
        made.update(b"%d:" % len(part))
        made.update(part)
    return made.hexdigest()


class Cache:
    """The entries of one fleet: JSON, each in a file of its own; `program` names who made them, and is asked for late: most
    runs look at none."""

    def __init__(self, folder: Path, program: Callable[[], str]) -> None:
        self._folder, self._program = folder, program

    def load(self, name: str) -> Any:
        """An entry's value; None where there is none that is whole, and of this program."""
        try:
            descriptor = os.open(self._folder / name, _READ)
        except (OSError, ValueError):
            return None
        try:
            status = os.fstat(descriptor)
            # What others may have written is not ours.
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_size > _LONGEST:
                return None
            with open(descriptor, "rb", closefd=False) as file:
                seal, _, text = file.read(status.st_size).partition(b"\n")
            return json.loads(text) if seal == self._seal(name, text) else None
        except (OSError, ValueError, RecursionError):
            return None
        finally:
            os.close(descriptor)

    def save(self, name: str, value: Any) -> None:
        """Keeps a value: plain data whose keys are texts."""
        text = json.dumps(value, separators=(",", ":")).encode()
        temporary = self._folder / temporary_name()
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(temporary, _NEW, 0o600)
            try:
                write_all(descriptor, self._seal(name, text) + b"\n" + text)
            finally:
                os.close(descriptor)
            os.replace(temporary, self._folder / name)

    def drop(self, kept: Collection[str]) -> None:
        """Deletes the entries that are not to be kept, what a run that was killed has left, and all of a fleet that nobody
        has rendered for a month."""
        with contextlib.suppress(OSError):
            for entry in os.listdir(self._folder):
                if entry not in kept:
                    os.unlink(self._folder / entry)
            os.utime(self._folder)
            oldest = time.time() - _SECONDS
            for other in self._folder.parent.iterdir():
                if other.lstat().st_mtime < oldest:
                    shutil.rmtree(other)

    def _seal(self, name: str, text: bytes) -> bytes:
        return digest(self._program().encode(), name.encode(), text).encode()


def cache_of(fleet: Path) -> Cache | None:
    """What is kept for a fleet file: below `$MOORING_CACHE`, else `mooring` in the user's cache folder; None for `off`."""
    named = os.environ.get("MOORING_CACHE")
    if named == OFF:
        return None
    base = Path(named) if named else _user_folder()
    if base is None or not base.is_absolute():
        return None
    return Cache(base / "fleets" / digest(os.fsencode(os.path.realpath(fleet))), _program)


def _user_folder() -> Path | None:
    """https://specifications.freedesktop.org/basedir-spec/latest/#variables ; None where there is no home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    home = os.environ.get("HOME", "")
    base = named if os.path.isabs(named) else os.path.join(home, ".cache") if os.path.isabs(home) else ""
    return Path(base) / "mooring" if base else None


@functools.cache
def _program() -> str:
    """Tells one state of the program from another: its files, its data and its libraries' by size and time, and Python's.

    A version alone does not: a checkout has one for many states.
    """
    folders = [Path(__file__).parents[1], data_dir("templates"), data_dir("schemas")]
    found = [entry for folder in folders for entry in _states(str(folder))]
    for name in _LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            found.append(_state(spec.origin, os.stat(spec.origin)))
    return digest(sys.version.encode(), *(os.fsencode(entry) for entry in sorted(found)))


_LIBRARIES = ("jinja2", "ruamel.yaml", "ryaml", "jsonschema_rs")


def _states(folder: str) -> list[str]:
    """Each file below a folder with its size and time; compiled Python left out."""
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _states(entry.path) if entry.name != "__pycache__" else []
            else:
                found.append(_state(entry.path, entry.stat()))
    return found


def _state(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns}"
