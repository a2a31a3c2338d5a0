"""The names that one robot of the fleet has in turns: a rotation replaces `ci` by `ci-b`, that by `ci-a`, that by `ci-b`."""

from __future__ import annotations

SUFFIXES = ("", "-b", "-a")


def generations(name: str) -> tuple[str, ...]:
    """The names, or logins, of one robot: its own first."""
    return tuple(f"{name}{suffix}" for suffix in SUFFIXES)


def successor(base: str, current: str) -> str:
    """The name of the robot that follows `current`, which is one of the generations of `base`."""
    return f"{base}-a" if current == f"{base}-b" else f"{base}-b"
