"""What a scenario took, as a row of a table: printed, and seen with `pytest -s` or all together in the end."""

from __future__ import annotations

from collections.abc import Iterable

HEAD = ("scenario", "tool", "layout, engine", "syncs", "denials", "rolls", "seconds")


def tell(scenario: str, tool: str, layout: str, syncs: int, denials: int, rolls: int, seconds: float) -> None:
    """One row: how often the tool has applied something, what admission refused, how many Deployments rolled."""
    print(f"\n{row([scenario, tool, layout, str(syncs), str(denials), str(rolls), f'{seconds:.1f}'])}", flush=True)


def row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def rolls(before: dict[str, int], after: dict[str, int]) -> int:
    """How often Deployments changed that were there before and still are."""
    return sum(after[name] - before[name] for name in before.keys() & after.keys())
