"""A bug is told by mooring's own frames, interpreted or compiled, and by no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import mooring
from mooring.processes.crash import Crash

PACKAGE = Path(mooring.__file__).parent


def broken(file: str) -> Callable[[], None]:
    """A function that says that it stands in `file`."""
    names: dict[str, Callable[[], None]] = {}
    exec(compile("def broken():\n    raise KeyError('Harbor12345')\n", file, "exec"), names)
    return names["broken"]


@pytest.mark.parametrize(
    ("file", "frames"),
    [
        (str(PACKAGE / "yaml" / "dump.py"), ("yaml/dump.py:2 broken",)),
        ("generator/mooring/yaml/dump.py", ("yaml/dump.py:2 broken",)),  # a compiled one
        ("/usr/lib/python3.11/json/decoder.py", ()),
        ("mooring/yaml/dump.py", ()),
    ],
)
def test_a_bug_is_told_by_our_frames(file: str, frames: tuple[str, ...]) -> None:
    with pytest.raises(KeyError) as caught:
        broken(file)()
    assert Crash.of(caught.value) == Crash("KeyError", frames)
