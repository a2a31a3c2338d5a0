"""Pulls → their tally: the class of each by its verdict."""

from __future__ import annotations

from collections.abc import Iterable

from mooring.pulls.tally import CLASSES, Class, Tally
from mooring.pulls.verdict import NOT_HARBOR, OK, PUBLIC, UNKNOWN, Pull
from mooring.registry.reference import pulled

_CLASSES: dict[str, Class] = {OK: "proved", PUBLIC: "public", NOT_HARBOR: "other", UNKNOWN: "unknown"}


def class_of(verdict: str) -> Class:
    """The class that a verdict is counted as: a problem's code is a broken pull."""
    return _CLASSES.get(verdict, "broken")


def tally(pulls: Iterable[Pull]) -> Tally:
    """The pulls, counted."""
    counts = dict.fromkeys(CLASSES, 0)
    hosts: set[str] = set()
    for pull in pulls:
        counts[class_of(pull.verdict)] += 1
        if pull.verdict == NOT_HARBOR and (reference := pulled(pull.image)) is not None:
            hosts.add(reference.host)
    return Tally(**counts, hosts=frozenset(hosts))
