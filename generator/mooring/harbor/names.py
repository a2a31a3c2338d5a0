"""What a robot is called: its short name, what Harbor stores, what it shows and logs in as, and its successor's name.

Harbor stores `project+name` for a project's robot and `name` for one of the system, and shows either behind the prefix of
its configuration, which may change at any time.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["project", "system"]
# Of what Harbor stores; beyond it every request is a 500 without a reason.
LONGEST_NAME = 255
LONGEST_DESCRIPTION = 1024


class Identity(NamedTuple):
    """A robot without the prefix: `project` is empty for one of the system."""

    level: Level
    project: str
    name: str

    @property
    def stored(self) -> str:
        """As Harbor stores it, and as its queries want it."""
        return f"{self.project}+{self.name}" if self.project else self.name

    def login(self, prefix: str) -> str:
        """As Harbor shows it, and as it logs in."""
        return f"{prefix}{self.stored}"

    @property
    def is_too_long(self) -> bool:
        return len(self.stored.encode()) > LONGEST_NAME


def identity(shown: str, level: Level, project: str, prefix: str) -> Identity | None:
    """What a shown name says, where it has the prefix and, for a project's robot, the project; else None."""
    head = f"{prefix}{project}+" if level == "project" else prefix
    if not shown.startswith(head) or len(shown) == len(head):
        return None
    return Identity(level, project if level == "project" else "", shown[len(head) :])


def prefix_of(shown: str, project: str) -> str | None:
    """The prefix that a project's robot is shown with; None where the name is not that of one."""
    before, plus, name = shown.rpartition(f"{project}+")
    return before if plus and name else None
