"""A live command as a process that is ended while it waits for a server: what others may see of it meanwhile, what it says
at its end, and what it leaves, a core dump included.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.harbor.messages import Answer, Request
from tests.support.live import ROWS, Live, live

# The server at which each run is stopped: the last one that it gives a credential to.
STOPPED_AT = {
    "plan": "Harbor", "apply": "Vault", "revoke": "Harbor", "rotate": "cluster", "rotate, vouched": "Vault", "set": "Vault",
    "set, a role": "Vault", "doctor": "Harbor", "doctor, a live Secret": "Harbor", "doctor, a service": "cluster",
}  # fmt: skip


class Gate(NamedTuple):
    """`reached` is set once the server was asked; it answers once `opened` is."""

    reached: threading.Event
    opened: threading.Event

    def hold(self) -> None:
        self.reached.set()
        self.opened.wait(60)


@contextmanager
def stopped_at(server: str, found: Live) -> Iterator[Gate]:
    """Lets a server wait with the answer to a request that has a credential, or to a write."""
    gate = Gate(threading.Event(), threading.Event())
    respond = found.harbor.respond

    def later(request: Request) -> Answer:
        if request.basic is not None:
            gate.hold()
        return respond(request)

    if server == "Harbor":
        found.harbor.server.respond = later
    elif server == "Vault":
        found.vault.before_write = gate.hold
    else:
        found.cluster.before = gate.hold
    try:
        yield gate
    finally:
        gate.opened.set()


# Cores as large as may be.
_CORES = ("sh", "-c", 'ulimit -c "$(ulimit -H -c)" && exec "$@"', "sh")


@contextmanager
def under_way(name: str, folder: Path) -> Iterator[tuple[Live, Gate, subprocess.Popen[bytes]]]:
    """The run of a row, which waits for its server."""
    row = ROWS[name]
    with live(folder) as found, stopped_at(STOPPED_AT[name], found) as gate:
        command = [*_CORES, sys.executable, "-m", "mooring", *found.words(row)]
        with subprocess.Popen(
            command, cwd=found.tree, env=found.variables(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            process.stdin.write(row.stdin.encode())
            process.stdin.close()
            process.stdin = None
            if not gate.reached.wait(30):
                process.kill()
                pytest.fail(f"no server was asked: {process.communicate()}")
            try:
                yield found, gate, process
            finally:
                process.kill()
                gate.opened.set()


def told(process: int) -> bytes:
    """What the system tells others of a process."""
    folder = Path("/proc", str(process))
    return b"\0".join((folder / name).read_bytes() for name in ("cmdline", "environ", "status", "limits"))


def _signal(number: signal.Signals) -> Callable[[subprocess.Popen[bytes]], None]:
    return lambda process: os.kill(process.pid, number)


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None


ENDS: dict[str, tuple[Callable[[subprocess.Popen[bytes]], None], int]] = {
    "SIGTERM": (_signal(signal.SIGTERM), 143),
    "SIGINT": (_signal(signal.SIGINT), 130),
    "closed pipe": (_close, -signal.SIGPIPE),
    "core dump": (_signal(signal.SIGSEGV), -signal.SIGSEGV),
}


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", STOPPED_AT)
def test_a_run_that_is_ended_shows_and_leaves_nothing(name: str, end: str, tmp_path: Path) -> None:
    act, code = ENDS[end]
    with under_way(name, tmp_path) as (found, gate, process):
        assert found.shown(told(process.pid)) == []
        # A core goes into a program's pipe at any limit but one byte.
        assert resource.prlimit(process.pid, resource.RLIMIT_CORE)[0] in (0, 1)
        act(process)
        if end != "core dump":
            gate.opened.set()
        out, err = process.communicate(timeout=60)
        assert found.shown(out or b"", err) == []
        assert process.returncode == code, err
        assert not [path for path in found.tree.iterdir() if path.name.startswith("core")]
