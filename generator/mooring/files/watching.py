"""What a run does with files, told to whoever listens: `--verbose`. Nothing is told unless somebody asked for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

Deed = Literal["read", "skipped", "built", "written", "deleted"]
Listener = Callable[[Deed, Path], None]
_listener: Listener | None = None


def listen(listener: Listener | None) -> None:
    """Sets who is told, in this process and those it forks; None for nobody."""
    global _listener  # noqa: PLW0603 - one setting of the whole run, set before anything is read
    _listener = listener


def tell(deed: Deed, path: Path) -> None:
    """Tells what became of the file, or the Kustomize root, at `path`."""
    if _listener is not None:
        _listener(deed, path)


@contextlib.contextmanager
def recorded() -> Iterator[list[tuple[Deed, Path]]]:
    """Keeps what is told in the block, for whoever is to tell it in order; nothing where nobody listens."""
    before, kept = _listener, list[tuple[Deed, Path]]()
    listen(None if before is None else lambda deed, path: kept.append((deed, path)))
    try:
        yield kept
    finally:
        listen(before)
