"""Where a program is: on PATH, in a folder that nobody can change by a pull request."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What a program that is a script needs to find its interpreter by.
_SYSTEM = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


_also: list[Path] = []  # checkouts whose copies are worked on


@contextlib.contextmanager
def outside_of(repository: Path) -> Iterator[None]:
    """Finds nothing in that repository either, while a copy of its files stands elsewhere and is worked on."""
    _also.append(_checkout(repository.resolve()))
    try:
        yield
    finally:
        _also.pop()


@dataclass(frozen=True, slots=True)
class Program:
    """A program by the `name` it is called by (some tell by it what they are) and its absolute `path`, links resolved."""

    name: str
    path: Path


def find(name: str, repository: Path) -> Program | None:
    """The program called `name`; None where PATH has it in the repository only, or not at all.

    An entry of PATH that is empty or relative means the working directory, which holds what a stranger committed.
    """
    roots = [_checkout(repository.resolve()), *_also]
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if not Path(folder).is_absolute() or any(_is_below(Path(folder), root) for root in roots):
            continue
        program = Path(folder, name)
        if program.is_file() and os.access(program, os.X_OK) and not any(_is_below(program, root) for root in roots):
            return Program(name, program.resolve())
    return None


def search_path(repository: Path) -> str:
    """The PATH that a program is given: the system's own folders."""
    return os.pathsep.join(_outside(repository.resolve()))


def _outside(root: Path) -> Iterator[str]:
    for folder in _SYSTEM:
        if not _is_below(Path(folder), root):
            yield folder


def _checkout(root: Path) -> Path:
    """The checkout that a repository is a part of: a submodule's `.git` is a file, and its superproject stands above it."""
    for folder in (root, *root.parents):
        if (folder / ".git").is_dir():
            return folder
        if folder == root and not (folder / ".git").is_file():
            break
    return root


def _is_below(path: Path, root: Path) -> bool:
    """Whether the path, as it is written or with its links resolved, is in the repository; so where it cannot be told."""
    try:
        return path.resolve().is_relative_to(root) or Path(os.path.normpath(path)).is_relative_to(root)
    except (OSError, RuntimeError):
        return True
