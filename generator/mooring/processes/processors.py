"""How many processors work can be shared out over."""

from __future__ import annotations

import os


def count() -> int:
    """At least one: some systems do not tell."""
    return os.cpu_count() or 1
