"""What a scenario took, as a row of a table: printed, and seen with `pytest -s`."""

from __future__ import annotations

HEAD = ("scenario", "tool", "layout", "syncs", "denials", "rolls", "seconds")


def tell(scenario: str, tool: str, layout: str, syncs: int, denials: int, rolls: int, seconds: float) -> None:
    """One row: how often the tool has applied something, what admission refused, how many Deployments rolled."""
    row = (scenario, tool, layout, str(syncs), str(denials), str(rolls), f"{seconds:.1f}")
    print(f"\n| {' | '.join(row)} |", flush=True)


def rolls(before: dict[str, int], after: dict[str, int]) -> int:
    """How often Deployments changed that were there before and still are."""
    return sum(after[name] - before[name] for name in before.keys() & after.keys())
