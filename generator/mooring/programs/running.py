"""Runs one program to its end, or ends it: at its time, at its size, or when this process is told to stop.

The program leads a session of its own, so that everything it starts ends with it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from mooring.processes import interruption
from mooring.programs.finding import Program, search_path
from mooring.redaction import Credential

_CHUNK = 1 << 16
_TICK = 0.02  # seconds between two looks at a program that has closed its output

_running: set[subprocess.Popen[bytes]] = set()
_ending = threading.Lock()  # held while a process is ended: until then its number belongs to nobody else


class Failed(Exception):
    """A program that did not run to its end; the text is in our own words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` for the whole run; `size` is in bytes, of output and errors together."""

    seconds: float = 120
    size: int = 64_000_000


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program left: its exit code (negative: the signal that ended it) and what it wrote."""

    code: int
    output: bytes = field(repr=False)
    errors: bytes = field(repr=False)


def run(
    program: Program, arguments: Sequence[str | Path], home: Path, repository: Path, limits: Limits,
    given: Credential | None = None,
) -> Finished:  # fmt: skip
    """Runs a program in `home`, an empty folder that is the program's alone. What is `given` is its standard input.

    An argument is an option of ours (a text) or an absolute path: what somebody else has named is never read as an option.
    """
    if not program.path.is_absolute() or not all(isinstance(a, str) or a.is_absolute() for a in arguments):
        raise ValueError("a program and the paths that it is given are absolute")
    environment = {"PATH": search_path(repository), "HOME": str(home), "LANG": "C.UTF-8"}
    process: subprocess.Popen[bytes] | None = None
    try:
        # A signal that ended this process half-way would leave a program that nobody knows of.
        with interruption.held():
            process = subprocess.Popen(
                [program.name, *map(str, arguments)], executable=program.path, cwd=home, env=environment,
                stdin=subprocess.DEVNULL if given is None else subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            _running.add(process)
        return _collect(process, program.name, limits, memoryview(given.reveal().encode() if given is not None else b""))
    except (OSError, ValueError) as error:
        # ValueError: a NUL in an argument.
        why = error.strerror if isinstance(error, OSError) else "an argument holds a NUL"
        raise Failed(f"`{program.name}` cannot be started: {why}") from None
    finally:
        if process is not None:
            _end(process)


def _collect(process: subprocess.Popen[bytes], name: str, limits: Limits, given: memoryview) -> Finished:
    """What the process writes until it ends, while it reads what is `given`; Failed past a limit."""
    until = time.monotonic() + limits.seconds
    output, errors = bytearray(), bytearray()
    late = Failed(f"`{name}` does not end within {limits.seconds:g} s")
    with selectors.DefaultSelector() as selector:
        for stream, into in ((process.stdout, output), (process.stderr, errors)):
            selector.register(_opened(stream), selectors.EVENT_READ, into)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)
        while selector.get_map():
            ready = selector.select(max(0, until - time.monotonic()))
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    given = given[_taken(key.fd, given) :]
                    if not given:
                        selector.unregister(key.fileobj)
                        process.stdin.close()
                    continue
                chunk = os.read(key.fd, _CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
            if len(output) + len(errors) > limits.size:
                raise Failed(f"`{name}` writes more than {limits.size // 1_000_000} MB")
            if time.monotonic() > until:
                raise late
    while not _has_ended(process):
        if time.monotonic() > until:
            raise late
        time.sleep(_TICK)
    _end(process)
    return Finished(process.returncode, bytes(output), bytes(errors))


def _taken(descriptor: int, given: memoryview) -> int:
    """How much of what is given the process takes now: all of it where it reads no more."""
    try:
        return os.write(descriptor, given)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(given)


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:  # pragma: no cover - both are pipes
        raise AssertionError("no pipe")
    return stream


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has, without taking its exit code: until then its number, and its group's, belong to nobody else."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end_all() -> None:
    """Ends what other threads have started, so that each of them goes on."""
    with _ending:
        for process in tuple(_running):
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it started, and closes the pipes."""
    with _ending:
        _kill(process)
        process.wait()
        _running.discard(process)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
