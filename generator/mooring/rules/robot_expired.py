"""The robot of the pull Secret has expired.

What
The fleet says that the robot is invalid from a day that has come. `expires: D` means invalid from D, 00:00 UTC.

Why
Running pods go on; the next one that starts on a node without the image does not.

Example
    robots: [{name: vision, project: vision, expires: 2026-01-01}]

Instead
    robots: [{name: vision, project: vision, expires: 2027-01-01}]   # after it was rotated in Harbor
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"name", "date", "image", "uri"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    robot = pull.robot.name if pull.robot else ""
    message = f"robot {quote(robot, 'name')} of Secret {quote(pull.secret, 'name')} is invalid since {pull.detail}"
    return message, "rotate it in Harbor, then write its new `expires` into the fleet file"
