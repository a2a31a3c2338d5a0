"""Worker processes: forked, so that what was read is shared, and never louder than their leader.

A worker is left alone by Ctrl-C, which reaches the whole terminal: its leader tells it to end by closing the pipe. What it
fails of crosses as a `Crash`, because multiprocessing prints tracebacks, and a traceback may quote a file.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from mooring.processes import interruption
from mooring.processes.crash import Crash, Crashed, Died

Serve = Callable[..., None]
"""Given the worker's end of the pipe and its arguments; EOFError and broken pipes may pass: its leader is gone then."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker, as its leader sees it."""

    connection: Connection
    process: Any

    def send(self, what: object) -> None:
        """Hands something over. `Died` where the worker is gone."""
        try:
            self.connection.send(what)
        except OSError:
            raise Died from None

    def receive(self) -> Any:
        """What the worker sends next. `Crashed` or `Died` where it cannot."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            raise Died from None
        if isinstance(answer, Crash):
            raise Crashed(answer)
        return answer

    def end(self, *, at_once: bool) -> None:
        """Closes the pipe, and with `at_once` ends a worker that is busy; `join` waits for it."""
        self.connection.close()
        if at_once:
            self.process.terminate()

    def join(self) -> None:
        """Waits until the process has ended."""
        self.process.join()


def start(serve: Serve, *arguments: object, others: Sequence[Worker] = ()) -> Worker:
    """A new worker that runs `serve(connection, *arguments)`; `others` are those that run already."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    # A copy of a leader's end, held by a worker, would hide from the others that the leader has closed it.
    inherited = (here, *(worker.connection for worker in others))
    process = fork.Process(target=_run, args=(serve, there, inherited, arguments), daemon=True)
    with interruption.held():
        process.start()
    there.close()
    return Worker(here, process)


@contextlib.contextmanager
def started(serve: Callable[[Connection, Any], None], shares: Sequence[object]) -> Iterator[list[Worker]]:
    """A worker for each share, for as long as the block lasts; one that is not through then is ended."""
    found: list[Worker] = []
    try:
        for share in shares:
            found.append(start(serve, share, others=found))
        yield found
    finally:
        for worker in found:
            worker.end(at_once=True)
        for worker in found:
            worker.join()


def _run(serve: Serve, connection: Connection, inherited: Sequence[Connection], arguments: Sequence[object]) -> None:
    """What a worker does: serves until the connection ends, and sends why where it cannot."""
    interruption.default()
    interruption.release()
    for end in inherited:
        end.close()
    try:
        serve(connection, *arguments)
    except (EOFError, ConnectionError):
        return
    except BaseException as error:  # noqa: BLE001 - multiprocessing would print a traceback with values in it
        with contextlib.suppress(OSError):
            connection.send(Crash.of(error))
