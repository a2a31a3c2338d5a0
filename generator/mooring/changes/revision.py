"""A revision's files, read with git and laid out in a scratch folder: nothing that the repository configures is run.

git gets no variable of the caller's and no global configuration. Only `rev-parse`, `ls-tree` and `show` of blobs by their
hashes are used: no hook, filter, textconv, external diff or file system monitor belongs to them, and no transport is
allowed, so that a partial clone fetches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mooring import files, programs
from mooring.files.products import OUTPUTS
from mooring.redaction import quote, shown

_HASH = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ENTRY = re.compile(rb"(?P<mode>[0-7]{6}) (?P<type>[a-z]+) (?P<hash>[0-9a-f]+) +(?P<size>[0-9]+|-)\t(?P<path>.+)", re.DOTALL)
_STEPS = re.compile(r"(?:[~^][0-9]{0,4}){1,9}\Z")
_LINK = b"120000"
_BATCH_FILES, _BATCH_BYTES = 500, 24_000_000
_LIMITS = programs.Limits(seconds=120, size=128_000_000)
_TOO_LARGE = b"this-file-is-larger-than-the-limit"
_LACKING = (
    "git cannot read all files of the revision",
    "a partial clone lacks some: `git fetch --refetch` without a filter brings them",
)
_TRANSPORTS = ("ext", "file", "git", "http", "https", "ssh")


def shown_revision(name: str) -> str:
    """A revision's name as it may be shown, in backticks: `main`, `HEAD~2`, `v1.2^`."""
    match = _STEPS.search(name)
    steps = match[0] if match is not None else ""
    return f"`{shown(name.removesuffix(steps), 'name')}{steps}`"


class NoRevision(Exception):
    """Why a revision cannot be compared with, and a hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Entry(NamedTuple):
    """A file of a revision: its hash, its size, and whether it is a link."""

    hash: str
    size: int
    link: bool


class Revision(NamedTuple):
    """A commit, and what stands below the fleet's folder in it, by path."""

    commit: str
    entries: Mapping[str, Entry]


class Git:
    """git, asked about the repository that holds a fleet file."""

    def __init__(self, fleet: Path, home: Path) -> None:
        self.root = files.repository_of(fleet).root
        self.prefix = files.real(fleet.absolute().parent).relative_to(self.root).as_posix().removeprefix(".")
        self._home = home
        if not files.exists(self.root / ".git"):
            message = f"{quote(files.display_path(fleet), 'file')} is in no git repository"
            raise NoRevision(message, "`mooring diff` compares with a revision of the fleet's git repository")
        program = programs.find("git", self.root)
        if program is None:
            raise NoRevision("`git` is not on PATH, outside of this repository", "install git")
        self._program = program

    def _run(self, *arguments: str) -> programs.Finished:
        settings = [
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            f"safe.directory={self.root}",
            "protocol.allow=never",
        ]
        settings += [f"protocol.{name}.allow=never" for name in _TRANSPORTS]
        options = [word for setting in settings for word in ("-c", setting)]
        command = ["--no-pager", "--no-replace-objects", "-C", str(self.root), *options, *arguments]
        try:
            return programs.run(self._program, command, self._home, self.root, _LIMITS)
        except programs.Failed as error:
            raise NoRevision(f"the revision cannot be read: {error}", "") from None

    def revision(self, name: str) -> Revision:
        """The commit that a name means, and its files. `NoRevision` where it means none, or has no file there."""
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        commit = found.output.strip()
        if found.code != 0 or not _HASH.fullmatch(commit):
            raise self._unknown(name)
        tree = commit.decode() + (f":{self.prefix}" if self.prefix else "")
        listed = self._run("ls-tree", "-r", "-l", "-z", tree)
        if listed.code != 0 and (not self.prefix or self._run("rev-parse", "--verify", "--quiet", tree).code == 0):
            raise NoRevision(*_LACKING)
        return Revision(commit.decode(), dict(_entries(listed.output)))

    def _unknown(self, name: str) -> NoRevision:
        if self._run("rev-parse", "--git-dir").code != 0:
            return NoRevision("git cannot read this repository", "run `git status` in it; git says there what is wrong")
        if name == "HEAD":
            return NoRevision("the repository has no commit yet", "commit the fleet first; `mooring diff` compares with it")
        hint = (
            "name a branch, a tag or a commit; a shallow clone has few: `git fetch --unshallow`, or `fetch-depth: 0` in CI"
        )
        return NoRevision(f"git knows no commit {shown_revision(name)}", hint)

    def lay_out(self, revision: Revision, folder: Path) -> None:
        """Writes what a fleet may read of the revision into `folder`, which is made: all but what mooring renders."""
        wanted = {path: entry for path, entry in revision.entries.items() if path.partition("/")[0] not in OUTPUTS}
        read = {path: entry for path, entry in wanted.items() if entry.size <= files.limit()}
        contents: dict[str, bytes] = {}
        for batch in _batches(sorted({(entry.hash, entry.size) for entry in read.values()})):
            contents |= self._blobs(batch)
        regular = {path: contents[entry.hash] for path, entry in read.items() if not entry.link}
        links = {path: contents[entry.hash] for path, entry in read.items() if entry.link}
        # What is too large to be read is there, and cannot be read: whoever names it is told so.
        links |= dict.fromkeys(wanted.keys() - read.keys(), _TOO_LARGE)
        try:
            files.lay_out(folder, regular)
            files.lay_out_links(folder, links)
        except (OSError, ValueError):
            message = "the revision's files cannot be laid out in a temporary folder"
            raise NoRevision(message, "the disk may be full, or a path of the revision fits no file system") from None

    def _blobs(self, batch: Sequence[tuple[str, int]]) -> dict[str, bytes]:
        """Blobs by their hashes: git prints one after the other, and `ls-tree` has said how long each is."""
        shown = self._run("show", "--no-textconv", "--no-ext-diff", *(name for name, _ in batch))
        if shown.code != 0 or len(shown.output) != sum(size for _, size in batch):
            raise NoRevision(*_LACKING)
        found, start = {}, 0
        for name, size in batch:
            found[name] = shown.output[start : start + size]
            start += size
        return found


def _entries(listing: bytes) -> Iterator[tuple[str, Entry]]:
    """What `ls-tree -r -l -z` lists, without submodules. `NoRevision` for a file whose size git does not know."""
    for line in listing.split(b"\0")[:-1]:
        match = _ENTRY.fullmatch(line)
        if match is None:
            raise NoRevision(*_LACKING)
        if match["type"] == b"blob":
            path = match["path"].decode("utf-8", "surrogateescape")
            yield path, Entry(match["hash"].decode(), int(match["size"]), match["mode"] == _LINK)


def _batches(blobs: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """The blobs in portions that one run of git may print."""
    batch: list[tuple[str, int]] = []
    size = 0
    for blob in blobs:
        if batch and (len(batch) == _BATCH_FILES or size + blob[1] > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(blob)
        size += blob[1]
    if batch:
        yield batch
