"""Which files are mooring's own: they stand in its folders, and their first line is its marker."""

from __future__ import annotations

import os
import re
import stat

MARKER = "# Rendered by mooring from"
PAGE_MARKER = "<!-- Rendered by mooring from"
MARKERS = (MARKER.encode(), PAGE_MARKER.encode())
LONGEST_MARKER = max(map(len, MARKERS))
# The folders of a repository that are written to; nothing else ever is. What `render` writes:
OUTPUTS = ("overlays", "policies", "gitops")
# What a person asks for by name (`mooring secret set`): ciphertexts, without a marker because other programs write them too.
INPUTS = ("secrets",)
_TEMPORARY = re.compile(r"\.mooring-[0-9a-f]{32}\.tmp")


class Foreign(Exception):
    """Something that is not mooring's stands where it would write or delete: its `path` in the repository, and `what`."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(path)
        self.path, self.what = path, what


def temporary_name() -> str:
    """A name for an unfinished file that nobody can predict (128 random bits)."""
    return f".mooring-{os.urandom(16).hex()}.tmp"


def is_temporary(name: str) -> bool:
    """Whether a file of this name may be what a run that was killed left unfinished."""
    return _TEMPORARY.fullmatch(name) is not None


def is_own(beginning: bytes) -> bool:
    """Whether a file that begins so carries the marker."""
    return beginning.startswith(MARKERS)


def is_unfinished(beginning: bytes) -> bool:
    """Whether a temporary file that begins so may have been ours: the marker, or as much of it as was written."""
    return is_own(beginning) or any(marker.startswith(beginning) for marker in MARKERS)


def standing(name: str, folder: int, path: str) -> int | None:
    """The permission bits of mooring's own file called `name` in an open folder; None where nothing stands there.

    `Foreign` for a file without the marker, a folder, a link or anything else. `path` is for the message.
    """
    found = _regular(name, folder, path)
    if found is None:
        return None
    mode, beginning = found
    if not is_own(beginning) and not (is_temporary(name) and is_unfinished(beginning)):
        raise Foreign(path, "it does not begin with mooring's marker")
    return mode


def standing_input(name: str, folder: int, path: str) -> int | None:
    """The same for an input, which carries no marker: `Foreign` for whatever is no regular file."""
    found = _regular(name, folder, path)
    return found[0] if found is not None else None


def _regular(name: str, folder: int, path: str) -> tuple[int, bytes] | None:
    """The permission bits and the first bytes of a regular file; None where nothing stands there, `Foreign` for all else."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError:
        raise Foreign(path, "it cannot be read, or is a link") from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise Foreign(path, "it is not a regular file")
        beginning = os.read(descriptor, LONGEST_MARKER)
    finally:
        os.close(descriptor)
    return stat.S_IMODE(mode) & 0o777, beginning
