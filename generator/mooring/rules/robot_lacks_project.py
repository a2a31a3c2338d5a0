"""The robot may not pull from the image's project.

What
The Secret is there and its entry matches the host, but the robot's grant does not cover the project that the image
stands in.

Why
Harbor answers 401 to the pull, as if the password were wrong.

Example
    robots: [{name: vision, project: vision}]
    services:
    - name: detector
      robots: [vision]        # image: harbor.example.com/speech/asr:1

Instead
    services:
    - name: detector
      robots: [speech]
"""

from __future__ import annotations

from mooring.redaction import Kind, quote
from mooring.rules import BrokenPull, Severity

SEVERITY: Severity = "error"
FAMILY = "pull path"
SHOWS: frozenset[Kind] = frozenset({"image", "uri", "name", "date"})


def describe(pull: BrokenPull) -> tuple[str, str]:
    """The message and the hint for a pull that ends here."""
    robot = pull.robot.name if pull.robot else ""
    message = f"robot {quote(robot, 'name')} of Secret {quote(pull.secret, 'name')} may not pull from project {quote(pull.detail, 'name')}"
    return message, f"grant it project {quote(pull.detail, 'name')}, or name another robot under the service's `robots:`"
