"""The one door to the file system: what is read stays inside a repository, what is written stays inside its products.

Nothing else in mooring opens, lists, writes or deletes a file (`tests/unit/test_closure.py` holds this). A repository may
come from a stranger's pull request, so that a link, a pipe, a device, a huge file or a name with pattern characters is
expected here, and refused with a reason.
"""

from __future__ import annotations

from mooring.files.boundary import Boundary, Folder, repository_of
from mooring.files.creating import amend, create, put
from mooring.files.lock import locked
from mooring.files.paths import display_path, exists, here, in_or_above, real, silence, size, stand_in
from mooring.files.private import read_private
from mooring.files.reading import Absent, Unreadable, limit, read_stream, set_limit
from mooring.files.scratch import lay_out, lay_out_links, scratch
from mooring.files.watching import listen, recorded, tell

__all__ = [
    "Absent",
    "Boundary",
    "Folder",
    "Unreadable",
    "amend",
    "create",
    "display_path",
    "exists",
    "here",
    "in_or_above",
    "lay_out",
    "lay_out_links",
    "limit",
    "listen",
    "locked",
    "put",
    "read_private",
    "read_stream",
    "real",
    "recorded",
    "repository_of",
    "scratch",
    "set_limit",
    "silence",
    "size",
    "stand_in",
    "tell",
]
