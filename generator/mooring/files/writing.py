"""Writing the tree: first every new file under a temporary name beside its place, then all renames.

A run that is stopped in the first half has changed nothing; one that is stopped in the second leaves whole files, old
or new. Whatever is replaced or deleted carries mooring's marker, asked at the very moment; only inputs that somebody asked
for by name (`secret set`) have none.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from mooring.files.folders import opened, sync, write_all
from mooring.files.products import INPUTS, OUTPUTS, Foreign, standing, standing_input, temporary_name

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN_AT_ONCE = 64  # files written before they are brought to the disk together: many at once cost less


class Unwritable(Exception):
    """A file that could not be written or deleted: its `path` in the repository, and the system's `why`."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why


class Writer:
    """The files of one process on their way to the disk: `prepare`, then `commit`; or `abandon`. They are mooring's own,
    or `inputs`."""

    def __init__(self, root: Path, *, inputs: bool = False) -> None:
        self._root = root
        self._standing = standing_input if inputs else standing
        self._folders = INPUTS if inputs else OUTPUTS
        self._waiting: dict[str, str] = {}  # path → its temporary name
        self._made: list[str] = []

    def prepare(self, files: Mapping[str, str], wanted: Iterable[str]) -> None:
        """Writes the wanted files (path → text) under temporary names. `Unwritable` or `Foreign` where one cannot be;
        `abandon` then."""
        for folder, paths in _by_folder(list(wanted), self._folders):
            with _told(paths[0]), opened(self._root, folder, made=self._made) as descriptor:
                for start in range(0, len(paths), _OPEN_AT_ONCE):
                    self._batch(files, paths[start : start + _OPEN_AT_ONCE], descriptor)

    def _batch(self, files: Mapping[str, str], paths: list[str], folder: int) -> None:
        """Writes files of one folder under temporary names, and brings them to the disk."""
        written: list[int] = []
        try:
            for path in paths:
                with _told(path):
                    written.append(self._write(path, files[path].encode(), folder))
            for path, descriptor in zip(paths, written, strict=True):
                with _told(path):
                    os.fsync(descriptor)
        finally:
            for descriptor in written:
                os.close(descriptor)

    def _write(self, path: str, content: bytes, folder: int) -> int:
        """Writes a temporary file of the mode that stands there; gives its open descriptor."""
        mode = self._standing(_name(path), folder, path)
        temporary = temporary_name()
        self._waiting[path] = temporary
        descriptor = os.open(temporary, _FLAGS, 0o666, dir_fd=folder)
        try:
            if mode is not None:
                os.fchmod(descriptor, mode)
            write_all(descriptor, content)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def commit(self) -> None:
        """Renames every file to its place. `Unwritable` or `Foreign` where one cannot be; `abandon` takes the rest away."""
        for folder, paths in _by_folder(self._waiting, self._folders):
            with _told(paths[0]), opened(self._root, folder) as descriptor:
                for path in paths:
                    with _told(path):
                        self._standing(_name(path), descriptor, path)
                        os.rename(self._waiting[path], _name(path), src_dir_fd=descriptor, dst_dir_fd=descriptor)
                    del self._waiting[path]
                sync(descriptor)
        for folder in self._made:
            with contextlib.suppress(OSError, Foreign), opened(self._root, folder.rpartition("/")[0]) as descriptor:
                sync(descriptor)
        self._made.clear()

    def abandon(self) -> list[str]:
        """Removes what `prepare` wrote and `commit` has not moved; gives the folders that were made for it."""
        for folder, paths in _by_folder(self._waiting, self._folders):
            with contextlib.suppress(OSError, Foreign), opened(self._root, folder) as descriptor:
                for path in paths:
                    with contextlib.suppress(OSError):
                        os.unlink(self._waiting[path], dir_fd=descriptor)
        self._waiting.clear()
        made, self._made = self._made, []
        return made


def remove_folders(root: Path, folders: Iterable[str]) -> None:
    """Removes those of the folders that are empty, the innermost first."""
    for folder in sorted(folders, key=len, reverse=True):
        with contextlib.suppress(OSError, Foreign), opened(root, folder.rpartition("/")[0]) as descriptor:
            os.rmdir(_name(folder), dir_fd=descriptor)


def delete(root: Path, paths: Iterable[str]) -> None:
    """Deletes mooring's own files, and the folders below its outputs that are empty then.

    `Foreign` for a file that is not its own, `Unwritable` where the system refuses; what is gone already is no fault.
    """
    emptied: set[str] = set()
    for folder, names in _by_folder(dict.fromkeys(paths)):
        with contextlib.suppress(FileNotFoundError), opened(root, folder) as descriptor:
            for path in names:
                with _told(path):
                    if standing(_name(path), descriptor, path) is not None:
                        os.unlink(_name(path), dir_fd=descriptor)
            sync(descriptor)
        emptied.add(folder)
    for folder in sorted(emptied, key=len, reverse=True):
        _remove_empty(root, folder)


def _remove_empty(root: Path, folder: str) -> None:
    while folder:
        above, _, name = folder.rpartition("/")
        try:
            with opened(root, above) as descriptor:
                os.rmdir(name, dir_fd=descriptor)
                sync(descriptor)
        except (OSError, Foreign):
            return  # something else stands in it
        folder = above


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _by_folder(paths: Collection[str], tops: Collection[str] = OUTPUTS) -> Iterator[tuple[str, list[str]]]:
    """The paths by folder, in a stable order. ValueError for one outside of mooring's folders: a bug."""
    for path in paths:
        if path.partition("/")[0] not in tops or ".." in path.split("/"):
            raise ValueError("a path outside of the outputs")
    pairs = sorted((path.rpartition("/")[0], path) for path in paths)
    for folder, group in groupby(pairs, key=lambda pair: pair[0]):
        yield folder, [path for _, path in group]


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """What the system refuses, said of `path`."""
    try:
        yield
    except OSError as error:
        raise Unwritable(path, error.strerror or "it is not a file") from None
