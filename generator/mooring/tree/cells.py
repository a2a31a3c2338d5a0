"""The cells of a matrix of CI jobs: the name of each unit of work, and units shared out over so many jobs.

`policies`, `ENV/_environment`, `ENV/_cluster` and `ENV/NAMESPACE` name one unit; `3-of-16` is the third of sixteen groups
of about equal work, which every job derives alike from the same fleet. No name of an environment or a namespace has an
underscore, and a group has no slash.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping
from typing import NamedTuple

from mooring.tree.pool import Task

ENVIRONMENT = "_environment"
_GROUP = re.compile(r"([1-9][0-9]{0,4})-of-([1-9][0-9]{0,4})")


class Group(NamedTuple):
    """The group called `NUMBER-of-OF`."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}-of-{self.of}"


def name(unit: Task) -> str:
    """The name of the cell of one unit."""
    environment, inside = unit
    return f"{environment}/{inside or ENVIRONMENT}" if environment else inside


def group(text: str) -> Group | None:
    """The group that `text` names; None where it names none."""
    match = _GROUP.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        return None
    return Group(int(match[1]), int(match[2]))


def grouped(weights: Mapping[Task, int], count: int) -> list[list[Task]]:
    """The units in `count` groups of about equal weight: the heaviest first, each to the group that has least so far."""
    groups: list[list[Task]] = [[] for _ in range(count)]
    heap = [(0, index) for index in range(count)]
    for unit in sorted(weights, key=lambda unit: (-weights[unit], unit)):
        weight, index = heapq.heappop(heap)
        groups[index].append(unit)
        heapq.heappush(heap, (weight + weights[unit], index))
    return groups
