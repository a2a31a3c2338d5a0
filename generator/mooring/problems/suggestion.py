"""`did you mean …`: for the first misspelt names, and never over more names than somebody would read through.

Comparing one name with 200 others takes 20 ms; a file with 20,000 misspelt names gets its hints for the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from mooring.redaction import Kind, quote_or_none

MOST = 50
_NAMES = 5_000
_LONGEST = 64


class Suggestions:
    """Hints for at most `most` names, which are compared with at most `names` known ones together."""

    def __init__(self, most: int = MOST, names: int = _NAMES) -> None:
        self._most = most
        self._names = names

    def nearest(self, name: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
        """The known name that is most like `name`, where one is."""
        if len(name) > _LONGEST or not self._most or len(known) > self._names:
            return None
        import difflib  # only a run with a misspelt name pays for it

        self._most -= 1
        self._names -= len(known)
        names = sorted(entry for entry in known if len(entry) <= _LONGEST)
        return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=cutoff)), None)

    def hint(self, name: str, known: Collection[str], kind: Kind = "name", cutoff: float = 0.6) -> str:
        """`did you mean …?`; empty where no known name is near, or none that may be shown."""
        near = self.nearest(name, known, cutoff)
        quoted = quote_or_none(near, kind) if near else None
        return f"did you mean {quoted}?" if quoted else ""


_of_run = Suggestions()


def begin() -> None:
    """A run begins: it has all its suggestions before it."""
    global _of_run  # noqa: PLW0603 - one for a process, as a run is
    _of_run = Suggestions()


def nearest(name: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The known name that is most like `name`, as long as the run has suggestions left."""
    return _of_run.nearest(name, known, cutoff)


def suggestion(name: str, known: Collection[str]) -> str:
    """The hint for a misspelt name, as long as the run has suggestions left."""
    return _of_run.hint(name, known)


def is_slip(name: str, meant: str) -> bool:
    """Whether one letter makes the names differ: a wrong, missing or added one, or two that changed places.

    `team-a` and `team-b`, or `web1` and `web2`, are two names: a digit and a part of one or two letters are no slip.
    """
    start = _same(name, meant)
    end = _same(name[start:][::-1], meant[start:][::-1])
    ours, theirs = name[start : len(name) - end], meant[start : len(meant) - end]
    is_turned = len(ours) == 2 and ours == theirs[::-1]
    if ours == theirs or not (is_turned or max(len(ours), len(theirs)) == 1):
        return False
    if any(character.isdigit() for character in ours + theirs):
        return False
    return min(len(_part(name, start)), len(_part(meant, start))) > 2


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _part(name: str, place: int) -> str:
    """The part of a name, between its dashes and points, in which a place is."""
    before, after = re.split(r"[-._]", name[:place])[-1], re.split(r"[-._]", name[place:])[0]
    return before + after
