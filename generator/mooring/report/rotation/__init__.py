"""What `robots rotate` has to say, a module for each format, with `text(result, terminal) -> str`."""

from __future__ import annotations

from dataclasses import dataclass

from mooring.rotation import Rotated


@dataclass(frozen=True, slots=True)
class Result:
    """How far the robots of one Harbor are."""

    harbor: str
    rotated: tuple[Rotated, ...]
    quiet: bool = False


def expires(one: Rotated) -> str | None:
    """The day to write into the fleet file, where it says another one; none before a rotation is at its end, since the old
    robot is in use until then."""
    said = one.robot.expires
    return one.expires if one.state == "done" and one.expires and said not in (None, one.expires) else None
