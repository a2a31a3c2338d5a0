"""Kustomize roots, built side by side: most of the time is the builder's, which is a program of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from mooring import kustomization, programs
from mooring.files import Boundary
from mooring.processes import processors

_TICK = 0.05  # seconds between two looks at builders that are to end


def build_all(
    roots: Mapping[Path, tuple[Path, Boundary]], jobs: int | None = None, *, helm: bool = False
) -> dict[Path, kustomization.Built]:
    """What each root builds, by its place and in that order; so many at a time as there are `jobs`, else processors.

    With `helm`, charts that lie in the repository are rendered.
    """
    count = min(jobs or processors.count(), len(roots))
    if count < 2:
        return {place: kustomization.build(*root, helm=helm) for place, root in roots.items()}
    with ThreadPoolExecutor(count) as pool:
        found = {place: pool.submit(kustomization.build, *root, helm=helm) for place, root in roots.items()}
        try:
            return {place: built.result() for place, built in found.items()}
        except BaseException:
            _end(found.values())
            raise


def _end(found: Collection[Future[kustomization.Built]]) -> None:
    """Lets no build go on: those that wait are not begun, and the builders of the others are ended."""
    for built in found:
        built.cancel()
    while not all(built.done() for built in found):
        programs.end_all()
        wait(found, timeout=_TICK)
