"""For Prometheus: until when each robot is valid, and how many problems there are, for node_exporter's textfile collector.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format: the text holds no clock of its own. How old
it is shows node_exporter (`node_textfile_mtime_seconds`) or a Pushgateway (`push_time_seconds`).
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from mooring.redaction import printable
from mooring.report import Report, Terminal

if TYPE_CHECKING:
    from mooring.check.dates import RobotExpiry

_DAY = 24 * 60 * 60
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Metric(NamedTuple):
    """A metric's name, which is a gauge, and its help."""

    name: str
    help: str


KNOWN = Metric(
    "mooring_robot_expiry_known", "1 where the fleet says until when the robot is valid, or that it never expires; else 0."
)
EXPIRY = Metric(
    "mooring_robot_expiry_timestamp_seconds",
    "When the robot becomes invalid, 00:00 UTC of its `expires`; none where it never expires or that is not known.",
)
ROTATE = Metric(
    "mooring_robot_rotate_before_seconds", "How long before it expires the robot is to be rotated; only where it expires."
)
PROBLEMS = Metric("mooring_problems", "Problems that the check found and that are not silenced.")
METRICS = (KNOWN, EXPIRY, ROTATE, PROBLEMS)


def _labels(**values: str) -> str:
    """The labels of a sample in the order of their names, whatever their values hold."""
    return ",".join(f'{name}="{printable(value).translate(_ESCAPES)}"' for name, value in sorted(values.items()))


def _family(metric: Metric, samples: Iterable[tuple[str, int]]) -> Iterator[str]:
    """A metric with its samples, if there are any."""
    lines = [f"{metric.name}{{{labels}}} {value}\n" for labels, value in samples]
    if lines:
        yield f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} gauge\n"
        yield from lines


def _by_labels(robots: Iterable[RobotExpiry]) -> dict[str, RobotExpiry]:
    """The robots by their labels, in order. A collector refuses a text that has a series twice: of two that look alike the
    worse one stays, which is not known or expires first."""
    found: dict[str, RobotExpiry] = {}
    for robot in sorted(robots, key=lambda robot: (*robot[:4], str(robot.expires or "never"))):
        labels = _labels(environment=robot.environment, registry=robot.registry, robot=robot.robot)
        found.setdefault(labels, robot)
    return found


def text(report: Report, _terminal: Terminal) -> str:
    """The metrics of the robots, and the problems by severity, those too that are not listed."""
    robots = _by_labels(report.robots)
    dated = [(labels, robot, robot.expires) for labels, robot in robots.items() if robot.expires is not None]
    counts = Counter({"error": 0, "warning": 0, "note": 0})
    for total in report.totals:
        counts[total.severity] += total.number
    parts = (
        *_family(KNOWN, ((labels, int(robot.known)) for labels, robot in robots.items())),
        *_family(EXPIRY, ((labels, calendar.timegm(day.timetuple())) for labels, _, day in dated)),
        *_family(ROTATE, ((labels, robot.rotate_before * _DAY) for labels, robot, _ in dated)),
        *_family(PROBLEMS, ((_labels(severity=severity), number) for severity, number in counts.items())),
    )
    return "".join(parts)
