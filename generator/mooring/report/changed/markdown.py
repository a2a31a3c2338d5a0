"""For the comment of a pull request: the loudest first, then a section for each namespace that can be folded.

It begins with a hidden marker, by which a later run finds the comment, and is never longer than GitHub takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from mooring.changes.model import Change, Comparison
from mooring.redaction import shown
from mooring.report import Terminal

MARKER = "<!-- mooring-diff -->"
# What GitHub takes of a comment, in characters.
LONGEST = 65_536
_OF = {
    "added": "added", "removed": "removed", "rolls": "**rolls**", "pruned": "prune", "image": "image", "policy": "policy",
    "robot": "robot", "expiry": "expiry", "secret": "credential", "grant": "grant", "pull-secrets": "pull Secrets",
    "changed": "changed",
}  # fmt: skip
# What would be markup, a mention, a reference or a tag outside of code.
_SPECIAL = re.compile(r"[\\*_{}\[\]<>#|~@!&]")


def text(comparison: Comparison, _terminal: Terminal) -> str:
    """The comparison as a comment."""
    loud = [change for change in comparison.changes if change.level != "change"]
    lines = [MARKER, f"### mooring diff: {comparison.headline}", ""]
    lines += [f"From {comparison.revision} ({comparison.commit[:12]}) to this tree.", ""]
    for level, sign, title in (("loosened", "🔴", "Policies that refuse less"), ("widened", "🟠", "Grants that are wider")):
        if found := list(_once([change for change in loud if change.level == level])):
            lines += [f"{sign} **{title}**", "", *found, ""]
    for remark in comparison.remarks:
        lines += [f"> {_words(remark)}", ""]
    return _cut(lines, list(_sections(comparison)))


def _once(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each message, with all places where it holds."""
    places: dict[str, list[str]] = {}
    for change in changes:
        places.setdefault(change.message, []).append(_where(change))
    for message, where in places.items():
        yield f"- {', '.join(where)}: {_words(message)}"


def _where(change: Change) -> str:
    return f"`{shown(change.environment, 'name')}/{shown(change.namespace, 'name')}`"


def _sections(comparison: Comparison) -> Iterator[list[str]]:
    """A section for each namespace, with all its changes."""
    for _, group in groupby(comparison.changes, lambda change: (change.environment, change.namespace)):
        changes = list(group)
        head = f"<details><summary>{_where(changes[0]).strip('`')}: {len(changes)}</summary>"
        yield [head, "", *(f"- {_OF[change.what]}: {_words(change.message)}" for change in changes), "", "</details>", ""]


def _words(message: str) -> str:
    """A message in which nothing outside of its code is markup."""
    parts = message.split("`")
    return "`".join(part if index % 2 else _SPECIAL.sub(r"\\\g<0>", part) for index, part in enumerate(parts))


def _cut(head: Sequence[str], sections: Sequence[Sequence[str]]) -> str:
    """As many whole sections as a comment holds, and how many there are beside them."""
    found, left = "\n".join(head) + "\n", len(sections)
    room = LONGEST - 200  # for the closing line
    if len(found) > room:
        return found[:room].rpartition("\n")[0] + "\n\nThe rest does not fit into a comment: run `mooring diff`.\n"
    for section in sections:
        part = "\n".join(section) + "\n"
        if len(found) + len(part) > room:
            break
        found += part
        left -= 1
    return found + (f"{left} more namespaces do not fit into a comment: run `mooring diff`.\n" if left else "")
