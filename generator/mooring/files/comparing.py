"""The tree on disk against the tree in memory: what is to be written, what is stale, what is not mooring's to touch."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mooring.files.boundary import Boundary
from mooring.files.products import LONGEST_MARKER, is_own, is_temporary, is_unfinished
from mooring.files.reading import Unreadable

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_LINK = "it is a link, or no folder"
_FILE = "it does not begin with mooring's marker"
_KIND = "it is a link, or no regular file"


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths relative to the repository: to be written, as they are, and in the way (with what stands there)."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    foreign: tuple[tuple[str, str], ...]


def compare(root: Path, files: Mapping[str, str]) -> Changes:
    """What writing `files` (path → text) below `root` would change."""
    written: list[str] = []
    unchanged: list[str] = []
    foreign: dict[str, str] = {}
    blocked: dict[str, str | None] = {"": None}
    for path, text in files.items():
        # By plain strings: a Path for each of tens of thousands of files costs more than all else here.
        block = _blocked(str(root), os.path.dirname(path), blocked)
        if block is not None:
            foreign[block] = _LINK
            continue
        there = _standing(f"{root}/{path}", text.encode())
        if there is None or there == _OWN:
            written.append(path)
        elif there == _SAME:
            unchanged.append(path)
        else:
            foreign[path] = there
    return Changes(tuple(written), tuple(unchanged), tuple(foreign.items()))


def _blocked(root: str, folder: str, known: dict[str, str | None]) -> str | None:
    """The link, or what is no folder, that `folder` is or stands below; None where it can be written to."""
    waiting = []
    while folder not in known:  # no recursion: a path may be two thousand folders deep
        waiting.append(folder)
        folder = os.path.dirname(folder)
    above = known[folder]
    for folder in reversed(waiting):
        known[folder] = above = above or (None if _is_folder_or_absent(f"{root}/{folder}") else folder)
    return above


def _is_folder_or_absent(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return True
    except OSError:
        return False


_SAME, _OWN = "same", "own"


def _standing(path: str, content: bytes) -> str | None:
    """None where nothing stands at `path`; same, own, or what is in the way."""
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        return None
    except OSError:
        return _KIND
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return _KIND
        # A file of another size is another file: only its beginning counts then.
        length = len(content) if status.st_size == len(content) else 0
        found = os.read(descriptor, max(length, LONGEST_MARKER) + 1)
        while length and len(found) < length and (more := os.read(descriptor, length - len(found))):
            found += more
    except OSError:
        return _KIND
    finally:
        os.close(descriptor)
    if found == content:
        return _SAME
    return _OWN if is_own(found) else _FILE


def contents(root: Path, paths: Sequence[str]) -> list[bytes] | None:
    """What the files at `paths` below `root` hold; None unless a regular file stands at each, behind no link."""
    blocked: dict[str, str | None] = {"": None}
    found = []
    for path in paths:
        if _blocked(str(root), os.path.dirname(path), blocked) is not None:
            return None
        try:
            descriptor = os.open(f"{root}/{path}", _FLAGS)
        except (OSError, ValueError):
            return None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            with open(descriptor, "rb", buffering=0, closefd=False) as file:
                found.append(file.read(status.st_size + 1))
        except OSError:
            return None
        finally:
            os.close(descriptor)
    return found


def unrendered(root: Path, scopes: Iterable[str], kept: Collection[str], others: Collection[str] = ()) -> Iterator[str]:
    """The files below `scopes` (paths below the repository) that are not rendered: all but the `kept` ones, and those below
    the folders that are `others`'.

    No link is entered, and a scope that is one is nobody's product.
    """
    boundary = Boundary(root)
    for scope in scopes:
        if not os.path.lexists(root / scope) or _blocked(str(root), scope, {"": None}):
            continue
        for folder in boundary.walk(root / scope):
            below = folder.path.relative_to(root).as_posix()
            folder.folders[:] = [name for name in folder.folders if f"{below}/{name}" not in others]
            yield from (path for path in (f"{below}/{name}" for name in folder.files) if path not in kept)


def stale(root: Path, scopes: Iterable[str], kept: Collection[str]) -> Iterator[str]:
    """mooring's own files below `scopes` that are no longer rendered; what a killed run left unfinished is among them."""
    return (path for path in unrendered(root, scopes, kept) if is_stale(root, path))


def is_leftover(path: str) -> bool:
    """Whether the path is an unfinished file of a run that was killed."""
    return is_temporary(path.rpartition("/")[2])


def is_stale(root: Path, path: str) -> bool:
    """Whether a file is mooring's own: it carries the marker, or is a temporary file of a run that ended early."""
    try:
        descriptor = os.open(f"{root}/{path}", _FLAGS)
    except OSError:
        return False
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        beginning = os.read(descriptor, LONGEST_MARKER)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return is_own(beginning) or (is_leftover(path) and is_unfinished(beginning))


def read_own(root: Path, path: str) -> bytes:
    """The file of mooring's at `path`, for a diff; empty where there is none that is its own."""
    boundary = Boundary(root)
    if _blocked(str(root), os.path.dirname(path), {"": None}) or os.path.islink(root / path):
        return b""
    with contextlib.suppress(Unreadable):
        content = boundary.read(root / path)
        return content if is_own(content) else b""
    return b""
