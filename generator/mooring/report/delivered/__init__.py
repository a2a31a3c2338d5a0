"""What `secret set` has written, a module for each format, with `text(delivered, terminal) -> str`."""

from __future__ import annotations

from typing import NamedTuple

from mooring.delivery import Fault, Written


class Delivered(NamedTuple):
    """A robot, where its credential was written, and why it was not."""

    robot: str
    written: tuple[Written, ...]
    faults: tuple[Fault, ...]
