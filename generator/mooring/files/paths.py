"""Paths as people read them, and whether one is there."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def display_path(path: Path) -> str:
    """The path as problems show it: POSIX, relative to the working directory where it is below it."""
    absolute = path.absolute()
    here = Path.cwd()
    return absolute.relative_to(here).as_posix() if absolute.is_relative_to(here) else absolute.as_posix()


def here() -> bool:
    """Whether the working directory is there: it may have been removed under a shell that stands in it."""
    try:
        return os.path.isdir(Path.cwd())
    except OSError:
        return False


def exists(path: Path) -> bool:
    """Whether something of that name is there, a link to nothing included; nothing is opened."""
    try:
        return os.path.lexists(path)
    except ValueError:  # a NUL character
        return False


def size(path: Path) -> int:
    """How many bytes a file has, to share out work by; 0 where nobody can say."""
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def in_or_above(name: str) -> Path:
    """The file of that name here, else in the nearest folder above that has one; the one here where none has.

    The repository's root is the last that is looked at. Where there is no repository, what belongs to another user is passed
    over: anybody may put a file into a folder such as `/tmp`.
    """
    try:
        here = Path.cwd()
    except OSError:
        return Path(name)
    folders = [here, *here.parents]
    root = next((index for index, folder in enumerate(folders) if exists(folder / ".git")), None)
    for folder in folders[: root + 1] if root is not None else folders:
        if exists(folder / name) and (folder == here or root is not None or _is_own(folder / name)):
            return Path(name) if folder == here else folder / name
    return Path(name)


def _is_own(path: Path) -> bool:
    try:
        return os.lstat(path).st_uid == os.getuid()
    except OSError:
        return False


def real(path: Path) -> Path:
    """The path with its links followed, to compare it with others; it need not be there."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path.absolute()


def stand_in() -> None:
    """Opens those standard streams that the caller has closed, leading nowhere: no file of a run gets their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115 - kept open


def silence(descriptor: int) -> None:
    """Makes an open descriptor lead nowhere: what is still written to it is lost without an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
