"""A program from start to end: wall time, and the memory of all its processes at their peak.

Compiled modules are kept, as they are wherever a program is installed, whatever the environment says of them.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = 0.1
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Run:
    """`largest` is the resident memory of the largest process, `together` that of all, what they share counted once.

    `together` is sampled, and only where it was asked for and the system tells it (Linux); else None. Both in bytes.
    """

    seconds: float
    largest: int
    together: int | None
    output: str


def run(command: Sequence[str | Path], folder: Path, *, sample: bool = False) -> Run:
    """Runs a program to its end. SystemExit with what it said where it fails."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        peaks: list[int] = [0]
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
        if sample:
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
        if process.returncode:
            raise SystemExit(f"{' '.join(map(str, command[:6]))} … ended with {process.returncode}:\n{said[-3000:]}")
        if sample:
            watcher.join()
        # Linux counts in KiB.
        return Run(seconds, usage.ru_maxrss * 1024, max(peaks) or None, said)


def _watch(pid: int, peaks: list[int]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while True:
            peaks.append(sum(_share(process) for process in _family(pid)))
            time.sleep(_TICK)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _share(pid: int) -> int:
    """A process's share of memory: what it has of its own, and its part of what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def least(runs: Sequence[Run]) -> float:
    return min(run.seconds for run in runs)


def memory_folder() -> tuple[Path, str]:
    """Where files are written without a disk, and what it is, in words."""
    shm = Path("/dev/shm")
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text().splitlines():
            if line.split()[1:3] == [str(shm), "tmpfs"] and os.access(shm, os.W_OK):
                return shm, "tmpfs"
    return Path(tempfile.gettempdir()), "disk, or whatever the folder for temporary files is on"
