"""What differs between a file and what mooring renders, as it may be shown.

What lies in the tree may be anybody's, and what is rendered of a service holds its values: both show structure, keys and
declared scalars, as excerpts do. Mooring's own objects are made of names and hosts, and are shown as they are. A file that
is there on one side only is one line.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator

from mooring.redaction.characters import printable
from mooring.redaction.kinds import KINDS, shorter, shown
from mooring.yaml.excerpt import Layout, layout, lexical, lines_of
from mooring.yaml.trees import trees
from mooring.yaml.unreadable import Unreadable

_LONGEST_LINE = 299  # with the mark before it, a line of the text (`report.text`)
_LARGEST = 1_000_000  # characters: of a larger file only the number of lines is said


def diff(path: str, before: str | None, after: str | None) -> Iterator[str]:
    """The lines of a unified diff; None for a side on which there is no file."""
    name = shown(path, "file")
    if before is None or after is None:
        text = after if before is None else before
        count = len((text or "").splitlines())
        yield f"{'+' if before is None else '-'} {name} ({count:,} line{'' if count == 1 else 's'})\n"
        return
    yield f"--- {name}\n+++ {name}\n"
    if max(len(before), len(after)) > _LARGEST:
        yield "the files differ; they are too large to compare here\n"
        return
    old, new = lines_of(before.rstrip("\n")), lines_of(after.rstrip("\n"))
    was, made = _view(before), (lambda line: printable(new[line - 1])) if _is_own(path) else _view(after)
    for group in difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 2000).get_grouped_opcodes():
        (_, low, _, first, _), (_, _, high, _, last) = group[0], group[-1]
        yield f"@@ -{low + 1},{high - low} +{first + 1},{last - first} @@\n"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from _lines(" ", made, c, d)
                continue
            yield from _lines("-", was, a, b)
            yield from _lines("+", made, c, d)


def _is_own(path: str) -> bool:
    """Whether all of a product is mooring's own: nothing of a service's values or of a copied manifest is in it."""
    return path.startswith(("policies/", "gitops/")) or (path.startswith("overlays/") and "/services/" not in path)


def _lines(mark: str, view: Callable[[int], str], start: int, end: int) -> Iterator[str]:
    for index in range(start, end):
        yield f"{mark}{shorter(view(index + 1), _LONGEST_LINE)}\n"


def _view(text: str) -> Callable[[int], str]:
    """Gives a line of a text, by its number, as it may be shown."""
    try:
        whole = Layout()
        for root in trees(text):
            whole.marks |= layout(root, text).marks
    except Unreadable:
        return lambda line: printable(lexical(text, line, 1)[0])
    return lambda line: printable(whole.line(text, line, 1, KINDS)[0])
