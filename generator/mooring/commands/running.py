"""How a command ends: exit codes, why it is refused, and how it waits for other runs."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mooring import files, report
from mooring.files.lock import Busy
from mooring.files.writing import Unwritable
from mooring.problems.suggestion import suggestion
from mooring.redaction import quote, shown

CLEAN, FOUND, USAGE, BUG, INTERRUPTED, PIPE = 0, 1, 2, 3, 130, 141


class Refused(Exception):
    """Why a command does nothing: what is wrong with how it was called or what it was given, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def near_or_all(name: str, known: Sequence[str]) -> str:
    """A hint for a name that is not known: the one that is most like it, else the first of those there are."""
    there = ", ".join(quote(one, "name") for one in known[:8])
    return suggestion(name, known) or f"there are {there}{' …' if len(known) > 8 else ''}"


def unknown_name(what: str, name: str, known: Sequence[str]) -> Refused:
    """Why an option that names what is not there does nothing."""
    hint = near_or_all(name, known) if known else "the fleet has none: `--fleet FILE` names another"
    return Refused(f"no {what} is named {quote(name, 'name')}", hint)


def today() -> datetime.date:
    """The day by which expiry is judged: UTC's, so that a repository is judged alike everywhere."""
    return datetime.datetime.now(datetime.UTC).date()


def fail(message: str, hint: str = "") -> int:
    """Says why nothing was done; the exit code for it."""
    report.emit(f"mooring: {message}\n" + (f"        hint: {hint}\n" if hint else ""), sys.stderr)
    return USAGE


def narrate(*, verbose: bool) -> None:
    """With `verbose`, names each file that is read, skipped, written or deleted, and each Kustomize root, once on stderr."""
    told: set[str] = set()

    def say(deed: str, path: Path) -> None:
        line = f"{deed:<8} {shown(files.display_path(path), 'file')}\n"
        if line not in told:
            told.add(line)
            # A log that nobody takes stops no run.
            with contextlib.suppress(Unwritable, BrokenPipeError):
                report.emit(line, sys.stderr)

    files.listen(say if verbose else None)


@contextlib.contextmanager
def repository(fleet: Path, *, write: bool, quiet: bool) -> Iterator[None]:
    """Holds the repository of a fleet file against other runs, alone with `write`. It waits, and says so unless `quiet`."""

    def waiting() -> None:
        if not quiet:
            report.emit("mooring: another run works in this repository; waiting for its end\n", sys.stderr)

    try:
        with files.locked(fleet.absolute().parent, write=write, waiting=waiting):
            yield
    except Busy:
        raise Refused("another run has held this repository for ten minutes", "end it, then try again") from None
