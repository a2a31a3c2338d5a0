"""A repository as far as reading may go: everything in it is reached without a link that leaves it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mooring.files import patterns, watching
from mooring.files.reading import Unreadable, content, open_regular, place_of, refused


@dataclass(slots=True)
class Folder:
    """One folder of a walk: its path, and the names in it, sorted. Names taken out of `folders` are not entered."""

    path: Path
    folders: list[str]
    files: list[str]


class Boundary:
    """The folder `root`, links resolved; nothing outside of it is opened, listed or entered."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._prefix = str(self.root).rstrip("/") + "/"
        self._folders: dict[str, str] = {}

    def _contains(self, real: str) -> bool:
        return real == str(self.root) or real.startswith(self._prefix)

    def holds(self, path: Path) -> bool:
        """Whether `path`, links followed, stands in the repository; it need not be there."""
        try:
            return self._contains(os.path.realpath(path))
        except (OSError, ValueError):
            return False

    def real(self, path: Path) -> str:
        """Where `path` leads. `Unreadable` where that is outside; the same words whether or not anything is there."""
        try:
            # Most files of a run stand in few folders, and are no links: one look at each then.
            folder, name = os.path.split(os.path.abspath(path))
            real = os.path.join(self._real_folder(folder), name)
            if os.path.islink(real) or ".." in Path(path).parts:
                real = os.path.realpath(path)
        except (OSError, ValueError):
            raise Unreadable(path, "is not the name of a file") from None
        if not self._contains(real):
            lexically = self._contains(os.path.abspath(path))
            raise Unreadable(path, "is a link out of the repository" if lexically else "leaves the repository")
        return real

    def _real_folder(self, folder: str) -> str:
        """Where an absolute folder leads; one look where the folder above is known, as each is deep in a walk."""
        if folder not in self._folders:
            above, name = os.path.split(folder)
            known = self._folders.get(above)
            real = os.path.join(known, name) if known is not None else folder
            self._folders[folder] = os.path.realpath(folder) if known is None or os.path.islink(real) else real
        return self._folders[folder]

    def read(self, path: Path) -> bytes:
        """The bytes of the regular file at `path`. `Unreadable` where there is none, it stands outside, or is too large."""
        descriptor = open_regular(path, self.real(path))
        try:
            # The folders on the way may have become links meanwhile.
            place = place_of(descriptor)
            if place is not None and not self._contains(place):
                raise Unreadable(path, "is a link out of the repository")
            found = content(descriptor, path)
            watching.tell("read", path)
            return found
        finally:
            os.close(descriptor)

    def _is(self, path: Path, test: Callable[[int], bool]) -> bool:
        try:
            return test(os.stat(self.real(path)).st_mode)
        except (OSError, Unreadable):
            return False

    def is_file(self, path: Path) -> bool:
        """Whether a regular file stands there, in the repository."""
        return self._is(path, stat.S_ISREG)

    def is_folder(self, path: Path) -> bool:
        """Whether a folder stands there, in the repository."""
        return self._is(path, stat.S_ISDIR)

    def expand(self, pattern: str) -> list[Path]:
        """What a glob pattern, relative to the root, names: sorted, links not entered by its wildcards.

        `Unreadable` where the pattern leaves the repository, before anything is looked at.
        """
        return patterns.expand(self.root, pattern, self.holds)

    def walk(self, top: Path, on_error: Callable[[Unreadable], None] | None = None) -> Iterator[Folder]:
        """Every folder below `top`, outermost first; no link is entered, and what it leads to is listed as a file.

        A folder that cannot be listed is told to `on_error`.
        """
        waiting = [top]
        while waiting:
            here = waiting.pop()
            try:
                self.real(here)
                with os.scandir(here) as entries:
                    found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
            except (OSError, Unreadable) as error:
                if on_error is not None:
                    on_error(error if isinstance(error, Unreadable) else refused(here, error))
                continue
            folder = Folder(here, sorted(n for n, inner in found if inner), sorted(n for n, inner in found if not inner))
            folder.files = [name for name in folder.files if not self._links_to_a_folder(here / name)]
            yield folder
            waiting += [here / name for name in reversed(folder.folders)]

    def _links_to_a_folder(self, path: Path) -> bool:
        return os.path.islink(path) and self.is_folder(path)


def repository_of(path: Path) -> Boundary:
    """The repository that a path of the command line belongs to, by its name: links in it are not followed to find out.

    That is the folder with `.git` at or above it, else the one with a fleet file at or above both it and the working
    directory, else the working directory where the path is below it, else the path's own folder. A `.git` behind a link is
    that of another repository, as long as the link stands in one itself.
    """
    lexical = Path(os.path.abspath(path))
    # `os.path` takes a name that the system cannot have (over 255 bytes, say) for one that is not there.
    start = lexical if os.path.isdir(lexical) and not os.path.islink(lexical) else lexical.parent
    found: Path | None = None
    behind: Path | None = None
    fleet: Path | None = None
    here = Path.cwd()
    for folder in (start, *start.parents):
        if found is None and os.path.lexists(folder / ".git"):
            found = folder
        if fleet is None and here.is_relative_to(folder) and os.path.isfile(folder / "fleet.yaml"):
            fleet = folder
        if os.path.islink(folder):
            found, behind, fleet = None, found or behind, None
    return Boundary(found or fleet or (here if lexical.is_relative_to(here) else behind or start))
