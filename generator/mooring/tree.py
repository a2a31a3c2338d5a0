"""The tree on disk against the tree in memory: what is to be written, what is stale, what is not ours to touch.

Each file is written beside its place and moved there, so that a run that is killed leaves whole files; only files whose
first line is mooring's marker are ever replaced or deleted.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mooring.files.products import MARKER, PAGE_MARKER

OUTPUTS = ("overlays", "policies", "gitops")
_MARKERS = (MARKER.encode(), PAGE_MARKER.encode())
# What a killed run may leave; the next one takes it away.
_BESIDE = ".mooring-tmp"


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths relative to the repository: to be written, as they are, and in the way (without mooring's marker, or a link
    out of the repository)."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    foreign: tuple[str, ...]


def read(path: Path | str) -> bytes | None:
    """The file's bytes; None where there is no regular file."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        # One call for nearly every file: they are small, and there are tens of thousands.
        chunks = [os.read(descriptor, 1 << 20)]
        while len(chunks[-1]) == 1 << 20:
            chunks.append(os.read(descriptor, 1 << 20))
        return b"".join(chunks)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def compare(root: Path, files: Mapping[str, str]) -> Changes:
    """What writing `files` (path → text) below `root` would change."""
    written: list[str] = []
    unchanged: list[str] = []
    foreign: list[str] = []
    links: dict[str, str | None] = {}
    for path, text in files.items():
        link = _link_out(root, os.path.dirname(path), links)  # noqa: PTH120
        if link:
            if link not in foreign:
                foreign.append(link)
            continue
        full = os.path.join(root, path)  # noqa: PTH118 - a Path for each of tens of thousands of files costs more
        there = read(full)
        if there is None:
            (foreign if os.path.lexists(full) else written).append(path)
        elif there == text.encode():
            unchanged.append(path)
        else:
            (written if there.startswith(_MARKERS) else foreign).append(path)
    return Changes(tuple(written), tuple(unchanged), tuple(foreign))


def _link_out(root: Path, folder: str, known: dict[str, str | None]) -> str | None:
    """The link out of the repository that `folder` is, or stands below; nothing is written through one."""
    if folder not in known:
        above = _link_out(root, os.path.dirname(folder), known) if folder else None  # noqa: PTH120
        full = os.path.join(root, folder)  # noqa: PTH118
        out = folder and os.path.islink(full) and not Path(full).resolve().is_relative_to(root.resolve())  # noqa: PTH114
        known[folder] = above or (folder if out else None)
    return known[folder]


def stale(root: Path, scopes: Iterable[str], kept: Mapping[str, object] | set[str]) -> Iterator[str]:
    """Files with mooring's marker below `scopes` (paths below the repository) that are no longer rendered."""
    for scope in scopes:
        for folder, _, names in os.walk(root / scope):
            below = os.path.relpath(folder, root).replace(os.sep, "/")
            for name in names:
                full = f"{folder}{os.sep}{name}"
                path = f"{below}/{name}"
                if name.endswith(_BESIDE) or (path not in kept and _is_ours(full)):
                    yield path


def _is_ours(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(max(map(len, _MARKERS))).startswith(_MARKERS)
    except OSError:
        return False


def write(root: Path, files: Mapping[str, str], paths: Iterable[str]) -> None:
    """Writes the named files. OSError where the disk refuses; what was written until then stays, each file whole."""
    made: set[str] = set()
    for path in paths:
        full = os.path.join(root, path)  # noqa: PTH118
        folder = os.path.dirname(full)  # noqa: PTH120
        if folder not in made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            made.add(folder)
        beside = full + _BESIDE
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            try:
                content = memoryview(files[path].encode())
                while content:
                    content = content[os.write(descriptor, content) :]
            finally:
                os.close(descriptor)
            os.replace(beside, full)  # noqa: PTH105
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)  # noqa: PTH108
            raise


def delete(root: Path, paths: Iterable[str]) -> None:
    """Deletes the named files, and the folders that are empty then."""
    for path in paths:
        full = root / path
        full.unlink(missing_ok=True)
        for parent in full.parents:
            if parent == root:
                break
            with contextlib.suppress(OSError):
                parent.rmdir()
                continue
            break
