"""Glob patterns of a fleet file → paths: part by part over sets of folders, so that no pattern and no link multiplies."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate
from pathlib import Path

from mooring.files.reading import Unreadable

_MAGIC = re.compile(r"[*?[]")


def has_magic(pattern: str) -> bool:
    """Whether the pattern may name several files."""
    return _MAGIC.search(pattern) is not None


def parts_of(pattern: str) -> list[str]:
    """The parts of a pattern, `.` and `..` taken out by name. `Unreadable` where they lead out of its folder."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            parts.append(part)
        elif parts and not has_magic(parts[-1]):
            parts.pop()
        elif parts:
            raise Unreadable(Path(pattern), "has `..` behind a wildcard", "write the folder's own name")
        else:
            raise Unreadable(Path(pattern), "leaves the repository")
    return parts


def expand(root: Path, pattern: str, holds: Callable[[Path], bool]) -> list[Path]:
    """What `pattern` names below `root`, sorted; `holds` tells whether a path stands in the repository."""
    if pattern.startswith("/"):
        raise Unreadable(Path(pattern), "leaves the repository")
    parts = parts_of(pattern)
    places: list[Path] = [root]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if has_magic(part):
            found = _recursive(places, last=last) if part == "**" else _matching(places, part, last=last)
        else:
            found = (place / part for place in places if os.path.lexists(place / part))
        places = list(dict.fromkeys(found))
        if not has_magic(part) and not last and not all(map(holds, places)):
            raise Unreadable(Path(pattern), "leaves the repository")
    return sorted(places) if parts else []


@functools.lru_cache(maxsize=256)
def _matcher(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


def _listed(place: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            yield from list(entries)
    except OSError:
        return  # no folder, or none that may be read: nothing in it is named


def _matching(places: Iterable[Path], part: str, *, last: bool) -> Iterator[Path]:
    """What is called as `part` in the folders; hidden names only where the part begins with a point itself.

    A link may be a match, and is never gone through: it could lead in circles.
    """
    matcher = _matcher(part)
    for place in places:
        for entry in _listed(place):
            hidden = entry.name.startswith(".") and not part.startswith(".")
            if matcher.match(entry.name) and not hidden and (last or not entry.is_symlink()):
                yield place / entry.name


def _recursive(places: Iterable[Path], *, last: bool) -> Iterator[Path]:
    """The folders themselves and all below them, hidden ones left out; what is in them too where `**` is the last part."""
    waiting = list(places)
    seen = set(waiting)
    while waiting:
        place = waiting.pop()
        yield place
        for entry in _listed(place):
            path = place / entry.name
            if entry.name.startswith(".") or path in seen:
                continue
            seen.add(path)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif last:
                yield path
