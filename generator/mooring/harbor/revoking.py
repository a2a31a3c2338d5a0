"""Takes a leaked credential out of use: its robot is disabled at once, and what goes on working until when is told.

Observed: a disabled robot is refused from the moment of the answer on, but the bearer tokens that were given out before pull
on until they expire; by Harbor's default that is 30 minutes, and a leeway of one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from mooring.harbor.api import Api
from mooring.harbor.desired import Desired
from mooring.harbor.reading import Seen
from mooring.harbor.rights import refusal, unchangeable
from mooring.harbor.robots import Robot
from mooring.harbor.rotation import TOKENS_LIVE


@dataclass(frozen=True, slots=True)
class Revoked:
    """What became of one robot: `until` is when its last token has expired, None where that is not known; `outcome` is why
    it was not disabled, empty where it is, and `was` says that it had been before."""

    login: str
    until: datetime.datetime | None = None
    was: bool = False
    outcome: str = ""
    mend: str = ""


def revoke(robot: Desired, family: tuple[Robot, ...], seen: Seen, api: Api) -> tuple[Revoked, ...]:
    """Disables every robot of the family that is not yet."""
    return tuple(_revoked(robot, found, seen, api) for found in family)


def _revoked(robot: Desired, found: Robot, seen: Seen, api: Api) -> Revoked:
    """One robot: disabled, or why not and what to do instead."""
    if found.disabled:
        return Revoked(found.name, was=True)
    may_delete = not refusal(seen.caller, "delete", robot.level, robot.identity.project, frozenset())
    instead = f"delete `{found.name}` in Harbor{', which this caller may' if may_delete else ''}"
    if cannot := unchangeable(seen.caller, found):
        is_mended = may_delete or not found.editable
        return Revoked(found.name, outcome=cannot, mend=instead if is_mended else "ask with an administrator's credential")
    trouble = api.replace(found, "disable", disable=True)
    if trouble is not None:
        return Revoked(found.name, outcome=trouble.message, mend=trouble.mend or "run again")
    return Revoked(found.name, datetime.datetime.now(datetime.UTC) + TOKENS_LIVE)
