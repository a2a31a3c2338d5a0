"""One difference in meaning, and all of them: what the comparing modules give and the formats print."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, NamedTuple

Level = Literal["loosened", "widened", "change"]
LEVELS: tuple[Level, ...] = ("loosened", "widened", "change")
What = Literal[
    "added", "removed", "changed", "image", "robot", "pull-secrets", "grant", "expiry", "secret", "policy", "rolls", "pruned"
]
ORDER: tuple[What, ...] = (
    "policy", "grant", "robot", "expiry", "secret",
    "added", "removed", "image", "pull-secrets", "changed", "rolls", "pruned",
)  # fmt: skip


class Subject(NamedTuple):
    """The object that a change is about: its API group, and its namespace where that is not the one of its part."""

    kind: str
    name: str
    group: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one namespace (or `_cluster`) of one environment; the `message` has only values that may be shown."""

    environment: str
    namespace: str
    what: What
    message: str
    subject: Subject | None = None
    level: Level = "change"

    @property
    def order(self) -> tuple[str, str, int, int, str]:
        return (self.environment, self.namespace, LEVELS.index(self.level), ORDER.index(self.what), self.message)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes since a `revision`, as it may be shown, which is the `commit`; `remarks` are what else is to be known."""

    revision: str
    commit: str
    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()

    def count(self, what: str) -> int:
        """How many changes are of that level, or of that sort."""
        return sum(what in (change.level, change.what) for change in self.changes)

    @property
    def headline(self) -> str:
        """The counts in words, the loudest first."""
        found = Counter[str]()
        for change in self.changes:
            found[change.level if change.level != "change" else change.what if change.what in _COUNTED else "change"] += 1
        words = [f"{found[what]} {one if found[what] == 1 else many}" for what, (one, many) in _WORDS.items() if found[what]]
        return ", ".join(words) or "nothing changed in meaning"


_COUNTED = frozenset({"added", "removed", "rolls", "pruned"})
_WORDS = {
    "loosened": ("policy setting loosened", "policy settings loosened"),
    "widened": ("grant widened", "grants widened"),
    "added": ("object added", "objects added"),
    "removed": ("object removed", "objects removed"),
    "change": ("other change", "other changes"),
    "rolls": ("workload rolls", "workloads roll"),
    "pruned": ("object to prune", "objects to prune"),
}
