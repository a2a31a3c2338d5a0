"""For other tools: each robot, and until when its tokens pull."""

from __future__ import annotations

from mooring.redaction import as_json, shown
from mooring.report import Terminal
from mooring.report.revoked import Result


def text(result: Result, _terminal: Terminal) -> str:
    """The result as a JSON object."""
    robots = [
        {
            "login": shown(one.login, "name"), "disabled": not one.outcome, "before": one.was,
            "tokensUntil": f"{one.until:%Y-%m-%dT%H:%M:%SZ}" if one.until else None,
            "reason": one.outcome or None, "hint": one.mend or None,
        }
        for one in result.revoked
    ]  # fmt: skip
    environments = [shown(name, "name") for name in result.environments]
    return as_json({"harbor": shown(result.harbor, "host"), "environments": environments, "robots": robots})
