"""What a run is to write, before anything is written: no two outputs may be one file, on any disk, and each must fit.

A disk may tell letter case apart or not (macOS, Windows, a case-folding ext4 folder), and a repository is checked out on
both: two paths are one where they are equal in NFC and case-folded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.redaction import quote

# https://man7.org/linux/man-pages/man7/path_resolution.7.html: NAME_MAX, and PATH_MAX without the NUL at its end.
LONGEST_NAME = 255
LONGEST_PATH = 4095


@dataclass(frozen=True, slots=True)
class Claim:
    """A file, or a whole folder, that is to be written for `owner`: who asks for it, in words, and where it does so."""

    path: str
    owner: str
    source: Source | None = None
    route: Route = ()
    folder: bool = False

    def problem(self, code: str, message: str, hint: str) -> Problem:
        """A problem where this output is asked for."""
        file = self.path if self.source is None else None
        return Problem(code, message, self.source, self.route, hint=hint, file=file)


@dataclass(frozen=True, slots=True)
class _Clash:
    """Two paths that are one: what stood there first, and what was to be put there; `sorts` where one is a folder."""

    first: Claim
    theirs: str
    mine: str
    sorts: bool = False


def check(claims: Iterable[Claim], root: str = "") -> Iterator[Problem]:
    """What is wrong with the outputs, each at the one that comes second; `root` is the folder that they are below.

    Two owners that collide are said to do so once, however many files they have in common.
    """
    disk = _Disk()
    longest = LONGEST_PATH - _bytes(root) - 1
    said: set[tuple[str, str]] = set()
    for claim in claims:
        length = _bytes(claim.path)
        if length > LONGEST_NAME and (found := _too_long(claim, length, longest)) is not None:
            yield found
            continue
        clash = disk.place(claim)
        if clash is not None and (clash.first.owner, claim.owner) not in said:
            said.add((clash.first.owner, claim.owner))
            yield claim.problem("duplicate-name", _words(claim, clash), "give one of them another name")


def fold(path: str) -> str:
    """Equal for two paths that some disk takes for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _bytes(path: str) -> int:
    return len(path) if path.isascii() else len(path.encode(errors="surrogateescape"))


def _too_long(claim: Claim, length: int, longest: int) -> Problem | None:
    name = max(map(_bytes, claim.path.split("/")))
    if name > LONGEST_NAME:
        message = f"{claim.owner} needs a file name of {name} bytes"
        return claim.problem("bad-name", message, f"a file name has at most {LONGEST_NAME}: give it a shorter name")
    if length > longest:
        message = f"{claim.owner} needs a path of {length} bytes below the repository"
        return claim.problem("bad-name", message, f"at most {longest} are left there: use shorter names or fewer folders")
    return None


def _words(claim: Claim, clash: _Clash) -> str:
    first, mine, mine_shown = clash.first.owner, claim.owner, quote(clash.mine, "file")
    if clash.theirs != clash.mine:
        theirs = quote(clash.theirs, "file")
        return f"{theirs} of {first} and {mine_shown} of {mine} are one path where letter case is not told apart"
    if clash.sorts:
        return f"{mine_shown} of {mine} would be a file and a folder: {first} has it already"
    both = f"{first} and {mine} would both" if first != mine else f"two files of {mine} would"
    return f"{both} be written to {mine_shown}"


class _Disk:
    """What stands where, as the least able disk sees it."""

    def __init__(self) -> None:
        self._files: dict[str, Claim] = {}
        self._folders: dict[str, tuple[str, Claim]] = {}
        self._owned: dict[str, Claim] = {}
        self._fine: set[str] = set()

    def place(self, claim: Claim) -> _Clash | None:
        """Puts an output in its place; what it collides with there."""
        path = claim.path
        clash = self._open(path if claim.folder else path.rpartition("/")[0], claim)
        if clash is not None:
            return clash
        key = fold(path)
        if not claim.folder and key in self._folders:
            spelt, first = self._folders[key]
            return _Clash(first, spelt, path, sorts=True)
        first = (self._owned if claim.folder else self._files).setdefault(key, claim)
        return None if first is claim else _Clash(first, first.path, path)

    def _open(self, folder: str, claim: Claim) -> _Clash | None:
        """Makes the folder and those above it; the file, or the folder spelt otherwise, that is in the way."""
        made = []
        while folder and folder not in self._fine:
            key = fold(folder)
            if key in self._files:
                first = self._files[key]
                return _Clash(first, first.path, folder, sorts=True)
            spelt, first = self._folders.setdefault(key, (folder, claim))
            if spelt != folder:
                return _Clash(first, spelt, folder)
            made.append(folder)
            folder = folder.rpartition("/")[0]
        self._fine.update(made)
        return None
