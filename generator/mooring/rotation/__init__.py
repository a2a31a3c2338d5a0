"""Rotates a robot of the fleet without a gap, one step after the other: `harbor/rotation.py` says which step is next.

Nothing is remembered from run to run: before each step all is seen anew, the back ends before Harbor, and Harbor before the
namespaces. That order, and the versions of the back ends' records, are what two runs at once rest on: a secret goes only
into records that nobody has written since before its robot was created, and a robot whose secret is lost is deleted only
after its records were claimed. So of two runs at most one delivers, and no record ever has the secret of a robot that is
gone.
"""

from __future__ import annotations

from mooring.rotation.model import Doors, Rotated, Terms, Turn
from mooring.rotation.run import rotate
from mooring.rotation.standing import Shown, Stand, shown, stands

__all__ = ["Doors", "Rotated", "Shown", "Stand", "Terms", "Turn", "rotate", "shown", "stands"]
