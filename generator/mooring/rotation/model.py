"""What a rotation is given, what it sees, what it remembers while it runs, and what comes of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal

from mooring.delivery import Delivery, Fault
from mooring.harbor.api import Api, Made
from mooring.harbor.desired import Desired
from mooring.harbor.reading import Seen
from mooring.harbor.robots import Robot
from mooring.harbor.rotation import TOKENS_LIVE, Step
from mooring.harbor.trouble import Trouble
from mooring.registry.credentials import AuthEntry
from mooring.rotation.standing import Shown, Stand

State = Literal["done", "waiting", "stopped"]
RUN_AGAIN = "run again: it goes on from here"


@dataclass(frozen=True, slots=True)
class Terms:
    """`wait`: how long this run may wait at most; `settle`: how long after the proof the predecessor is disabled, since a
    node may still begin a pull with what it has read; `grace`: how long after that it is deleted; `again`: whether a robot
    that was rotated within a day is rotated all the same."""

    wait: datetime.timedelta = datetime.timedelta(0)
    settle: datetime.timedelta = datetime.timedelta(minutes=1)
    grace: datetime.timedelta = TOKENS_LIVE
    again: bool = False


@dataclass(frozen=True)
class Doors:
    """What a rotation asks and changes. `shown` is what the namespaces' Secrets have, by `environment/namespace`, given the
    newest login; `prove` pulls in an environment with a credential, and says why that fails; `alone` holds the repository
    while files are written; `told` is told what is waited for."""

    api: Api
    look: Callable[[], Seen | Trouble]
    delivery: Delivery
    shown: Callable[[str], Mapping[str, Shown]]
    prove: Callable[[Stand, AuthEntry], str]
    now: Callable[[], datetime.datetime]
    sleep: Callable[[float], None]
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    told: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Turn:
    """A step: done, or with `why` what keeps it from being done or what is waited for, and `mend`. `is_unsure` where looking
    again tells whether it was done all the same."""

    step: Step
    why: str = ""
    mend: str = ""
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Rotated:
    """How far a robot is: the steps of this run, of which the last says how it ended; `expires` is the day of the newest."""

    robot: Desired
    state: State
    turns: tuple[Turn, ...]
    expires: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """All that is seen at one time. `held` and `versions` are by environment, `base` is the robot's own login in Harbor."""

    seen: Seen
    family: tuple[Robot, ...]
    prefix: str
    base: str
    held: Mapping[str, str | None]
    versions: Mapping[str, int | None]
    unreadable: tuple[Fault, ...]
    shown: Mapping[str, Shown]

    @property
    def current(self) -> Robot | None:
        """The newest that is enabled."""
        return next((one for one in reversed(self.family) if not one.disabled), None)

    def robot(self, login: str) -> Robot:
        return next(one for one in self.family if one.name == login)


@dataclass(slots=True)
class Memory:
    """What one run alone knows: the robot that it has made, whose secret nobody else has, and the records' versions `before`
    that; what it has proved, which environments' files it has written, whether it shall begin, the seconds it may wait."""

    left: float
    made: Made | None = None
    before: Mapping[str, int | None] = field(default_factory=dict)
    proved: frozenset[str] = frozenset()
    filed: frozenset[str] = frozenset()
    begins: bool | None = None
