"""A program from start to end: wall time, and the memory of all its processes at their peak.

Compiled modules are kept, as they are wherever a program is installed, whatever the environment says of them.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
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
    """`cpu` is the processor time of all its processes. `largest` is the resident memory of the largest one, `together`
    that of all, what they share counted once.

    `together` is sampled, and only where it was asked for and the system tells it (Linux); else None. Both in bytes.
    """

    seconds: float
    cpu: float
    largest: int
    together: int | None
    output: str


# A program's peak memory begins with that of the process which started it: this one is small.
_STARTER = """
import os, sys, time
started = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - started
print(seconds, os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
"""


def kept(folder: Path) -> Path:
    """Where the runs in a folder keep what they tell each other, and no other run does."""
    return folder.with_name(f"{folder.name}.kept").absolute()


def run(command: Sequence[str | Path], folder: Path, *, sample: bool = False, ends_with: int = 0) -> Run:
    """Runs a program to its end. SystemExit with what it said where it ends with another code."""
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as output:
        starter = subprocess.Popen(
            (sys.executable, "-I", "-S", "-c", _STARTER, "/bin/sh", "-c", 'exec "$@" 2>&1', "sh", *words),
            cwd=folder, env=_ENVIRONMENT | {"MOORING_CACHE": str(kept(folder))},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        peaks: list[int] = [0]
        watcher = threading.Thread(target=_watch, args=(starter.pid, peaks), daemon=True)
        if sample:
            watcher.start()
        seconds, code, cpu, largest = starter.communicate()[1].split()
        output.seek(0)
        said = output.read().decode(errors="replace")
        if int(code) != ends_with:
            raise SystemExit(f"{' '.join(words[:6])} … ended with {code}:\n{said[-3000:]}")
        if sample:
            watcher.join()
        # Linux counts in KiB.
        return Run(float(seconds), float(cpu), int(largest) * 1024, max(peaks) or None, said)


def _watch(pid: int, peaks: list[int]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while True:
            peaks.append(sum(_share(process) for process in _family(pid) if process != pid))
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


def processor_time(runs: Sequence[Run]) -> float:
    return statistics.median(run.cpu for run in runs)


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
