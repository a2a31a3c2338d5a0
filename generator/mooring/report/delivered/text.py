"""For people: a line for each record or file, and for each fault with its hint."""

from __future__ import annotations

from mooring.redaction import listed, quote
from mooring.report import Terminal
from mooring.report.delivered import Delivered


def text(delivered: Delivered, _terminal: Terminal) -> str:
    """What was written, and what was not."""
    lines = [
        f"{'written' if one.changed else 'unchanged'}: {quote(one.place, 'path')} ({one.backend}) for"
        f" {_environments(one.environments)}"
        for one in delivered.written
    ]
    if any(one.is_file for one in delivered.written):
        lines.append("next: run `mooring render`, then commit `secrets/` and `overlays/`")
    for fault in delivered.faults:
        lines += [f"error: {_environments(fault.environments)}: {fault.message}", f"       hint: {fault.hint}"]
    return "".join(f"{line}\n" for line in lines)


def _environments(names: tuple[str, ...]) -> str:
    return f"environment{'s' if len(names) > 1 else ''} {listed([quote(name, 'name') for name in names])}"
