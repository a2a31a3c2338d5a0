"""Where a new robot's credential goes: the back end that an environment's Secret comes from.

Harbor shows the secret that it generates once. A robot is therefore created only where every environment that has it can
keep its credential, which is asked first (`Delivery.ready`), and written before anything else is done.
"""

from __future__ import annotations

from typing import Protocol

from mooring.fleet import model
from mooring.redaction import Credential


class Delivery(Protocol):
    """The back end of one environment. Each method gives why it cannot, in a sentence's end, or an empty text."""

    def ready(self, robot: model.Robot) -> str:
        """Whether the robot's record can be written now: asked before anything is created."""

    def write(self, robot: model.Robot, login: str, secret: Credential) -> str:
        """Writes login and secret into the robot's record, both at once."""


class Unwritable:
    """A back end that mooring does not write: nothing is created for it."""

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def ready(self, robot: model.Robot) -> str:
        own = robot.backend or self._backend
        return (
            f"its secret would be lost: mooring does not write the back end `{own}`; create the robot in Harbor as shown,"
            " and put login and secret where the cluster's Secret is made from"
        )

    def write(self, robot: model.Robot, _login: str, _secret: Credential) -> str:
        return self.ready(robot)
