"""Kustomize roots, built side by side: most of the time is the builder's, which is a program of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from mooring import kustomization, programs
from mooring.files import Boundary

_TICK = 0.05  # seconds between two looks at builders that are to end


def build_all(
    roots: Sequence[tuple[Path, Boundary]], jobs: int | None = None, *, helm: bool = False
) -> list[kustomization.Built]:
    """What each root builds, in the order of the roots; so many at a time as there are `jobs`, else processors.

    With `helm`, charts that lie in the repository are rendered.
    """
    count = min(jobs or os.cpu_count() or 1, len(roots))
    if count < 2:
        return [kustomization.build(root, boundary, helm=helm) for root, boundary in roots]
    with ThreadPoolExecutor(count) as pool:
        found = [pool.submit(kustomization.build, root, boundary, helm=helm) for root, boundary in roots]
        try:
            return [built.result() for built in found]
        except BaseException:
            _end(found)
            raise


def _end(found: Sequence[Future[kustomization.Built]]) -> None:
    """Lets no build go on: those that wait are not begun, and the builders of the others are ended."""
    for built in found:
        built.cancel()
    while not all(built.done() for built in found):
        programs.end_all()
        wait(found, timeout=_TICK)
