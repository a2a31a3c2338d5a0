"""`did you mean …`: for the first problems of a run, and never over more names than somebody would read through.

Comparing one name with 200 others takes 20 ms; a file with 20,000 misspelt names gets its hints for the first of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

from mooring.redaction import quote

MOST = 50
_NAMES = 5_000
_LONGEST = 64
_left = {"suggestions": MOST, "names": _NAMES}


def begin() -> None:
    """A run begins: it has all its suggestions before it."""
    _left.update(suggestions=MOST, names=_NAMES)


def nearest(name: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The known name that is most like `name`, where one is."""
    if len(name) > _LONGEST or not _left["suggestions"] or len(known) > _left["names"]:
        return None
    _left["suggestions"] -= 1
    _left["names"] -= len(known)
    names = sorted(entry for entry in known if len(entry) <= _LONGEST)
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=cutoff)), None)


def suggestion(name: str, known: Collection[str]) -> str:
    """The hint, empty where nothing near is known."""
    near = nearest(name, known)
    return f"did you mean {quote(near, 'name')}?" if near else ""
