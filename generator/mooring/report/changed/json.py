"""For other tools: `{"from": {…}, "changes": […], "summary": {…}, "remarks": […]}`."""

from __future__ import annotations

from typing import Any

from mooring.changes.model import Change, Comparison, Subject
from mooring.redaction import as_json, shown
from mooring.report import Terminal


def _change(change: Change) -> dict[str, Any]:
    """A change as it stands in the JSON; a fleet's robot, policy or environment is an object of that kind."""
    subject = change.subject
    return {
        "environment": change.environment,
        "namespace": change.namespace,
        "what": change.what,
        "level": change.level,
        "object": _object(subject) if subject else None,
        "message": change.message,
    }


def _object(subject: Subject) -> dict[str, str]:
    named = {"kind": shown(subject.kind, "choice"), "name": shown(subject.name, "name")}
    return {"group": shown(subject.group, "host") if subject.group else "", **named}


def text(comparison: Comparison, _terminal: Terminal) -> str:
    """The comparison as one JSON document."""
    whats = {change.what for change in comparison.changes}
    body: dict[str, Any] = {
        "from": {"revision": comparison.revision.strip("`"), "commit": comparison.commit},
        "to": "working tree",
        "changes": [_change(change) for change in comparison.changes],
        "summary": {
            "changes": len(comparison.changes),
            "loosened": comparison.count("loosened"),
            "widened": comparison.count("widened"),
            **{what: comparison.count(what) for what in sorted(whats)},
        },
        "remarks": list(comparison.remarks),
    }
    return as_json(body)
