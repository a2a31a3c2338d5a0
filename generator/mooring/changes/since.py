"""A fleet file and a revision's name → what changed since: both sides are planned by this mooring, and neither written."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from mooring import files, programs
from mooring.changes.comparing import compare
from mooring.changes.model import Comparison
from mooring.changes.revision import Entry, Git, NoRevision, shown_revision
from mooring.changes.sides import Side, side
from mooring.files.products import OUTPUTS
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.tree.run import Outcome, run

_SHA256 = 64  # hexadecimal digits of a hash, in a repository of that format


class Broken(Exception):
    """A side that has problems, which must be mended before anything is compared; `folder` is where a revision lay."""

    def __init__(self, problems: list[Problem], folder: Path | None = None) -> None:
        super().__init__(len(problems))
        self.problems, self.folder = problems, folder


def since(fleet: Path, revision: str) -> Comparison:
    """All changes. `NoRevision` and `Broken` where there is nothing to compare, `Unreadable` without a fleet file here."""
    if not files.exists(fleet):
        raise files.Absent(fleet, "does not exist")
    with contextlib.ExitStack() as stack:
        folder = _scratch(stack)
        # git comes first: it answers at once, while a large fleet is planned for seconds.
        git = Git(fleet, folder / "home")
        found = git.revision(revision)
        if fleet.name not in found.entries:
            message = f"{quote(fleet.name, 'file')} is not in revision {shown_revision(revision)}"
            raise NoRevision(message, "name a revision that has it; before the first one everything is new")
        new, remarks = _working(fleet)
        git.lay_out(found, folder / "revision")
        with programs.outside_of(git.root):
            old, stale = _revision(folder / "revision" / fleet.name, found.entries)
    if stale:
        remarks.append(
            f"{stale} rendered files of the revision are not what this mooring renders from its fleet (another version wrote"
            " them, or nobody rendered): they are compared as this mooring would render them"
        )
    return Comparison(shown_revision(revision), found.commit, compare(old, new), tuple(remarks))


def _scratch(stack: contextlib.ExitStack) -> Path:
    """A folder that is gone with the `stack`, with an empty `home` for git. `NoRevision` where none can be made."""
    try:
        folder = stack.enter_context(files.scratch())
        files.lay_out(folder / "home", {})
    except OSError as error:
        raise NoRevision(f"no temporary folder can be used: {error.strerror or 'the system refuses it'}", "") from None
    return folder


def _working(fleet: Path) -> tuple[Side, list[str]]:
    """The working tree's side, and what is to be said of it."""
    with run(fleet) as outcome:
        if outcome.errors:
            raise Broken(_errors(outcome))
        unrendered = len(outcome.written) + len(outcome.stale)
        said = f"{unrendered} rendered files of the working tree are not fresh: run `mooring render`"
        return side(outcome), [said] if unrendered else []


def _revision(fleet: Path, entries: Mapping[str, Entry]) -> tuple[Side, int]:
    """The revision's side, and how many of its rendered files are other ones than this mooring renders."""
    try:
        with run(fleet) as outcome:
            if outcome.errors:
                raise Broken(_errors(outcome), fleet.parent)
            pool = outcome.pool
            texts = pool.texts(outcome.written) if pool is not None else {}
            return side(outcome), len(set(_stale(texts, entries)))
    except files.Unreadable as error:
        raise NoRevision(f"{quote(error.path.name, 'file')} of the revision {error.why}", error.hint) from None


def _errors(outcome: Outcome) -> list[Problem]:
    return [problem for problem in outcome.problems if problem.severity == "error" and problem.silenced is None]


def _stale(texts: Mapping[str, str], entries: Mapping[str, Entry]) -> Iterator[str]:
    """The rendered files whose text in the revision is another one, or that are missing there; git's hashes say it."""
    there = {path: entry for path, entry in entries.items() if path.partition("/")[0] in OUTPUTS}
    long = any(len(entry.hash) == _SHA256 for entry in entries.values())
    for path, text in texts.items():
        content = text.encode()
        blob = b"blob %d\0" % len(content) + content
        # git's own name for a content, not a signature.
        name = hashlib.sha256(blob).hexdigest() if long else hashlib.sha1(blob, usedforsecurity=False).hexdigest()
        if path not in there or there[path].hash != name:
            yield path
    # What else stands there may be a user's: it is not counted.
