"""What `robots revoke` has to say, a module for each format, with `text(result, terminal) -> str`."""

from __future__ import annotations

from dataclasses import dataclass

from mooring.harbor.revoking import Revoked


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a robot's generations, and the environments whose namespaces pull with it."""

    harbor: str
    environments: tuple[str, ...]
    revoked: tuple[Revoked, ...]
