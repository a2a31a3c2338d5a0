"""For other tools: `{"robot": …, "written": […], "problems": […]}`; never a value."""

from __future__ import annotations

from mooring.redaction import as_json, shown
from mooring.report import Terminal
from mooring.report.delivered import Delivered


def text(delivered: Delivered, _terminal: Terminal) -> str:
    """What was written as one JSON document."""
    written = [
        {"environments": list(one.environments), "backend": one.backend, "place": shown(one.place, "path"),
         "changed": one.changed}
        for one in delivered.written
    ]  # fmt: skip
    problems = [
        {"environments": list(fault.environments), "message": fault.message, "hint": fault.hint}
        for fault in delivered.faults
    ]
    return as_json({"robot": shown(delivered.robot, "name"), "written": written, "problems": problems})
