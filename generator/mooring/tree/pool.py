"""The units of a run, shared out over processes; each keeps the texts it made until it is told to write them.

Nothing is written before every unit has been rendered and found without an error, and nothing is moved to its place
before every process has written all of its files: all or nothing. Workers are forked, so that the fleet is read once, and
texts never cross from one process to another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mooring.files.comparing import compare
from mooring.files.products import Foreign
from mooring.files.writing import Unwritable, Writer, delete, remove_folders
from mooring.processes import interruption, workers
from mooring.processes.crash import Crashed, Died
from mooring.processes.workers import Worker
from mooring.tree.findings import Findings
from mooring.tree.unit import Produced

Task = tuple[str, str]
"""Environment and namespace (or `_cluster`)."""
Work = Callable[[Task], Produced]
_Failure = Unwritable | Foreign | None


@dataclass(slots=True)
class Share:
    """What one worker made, without the texts: paths by what is to be done with them, and what the next run may be told."""

    findings: Findings = field(default_factory=Findings)
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()
    kept: dict[str, Any] = field(default_factory=dict)


class _Making:
    """One process's part: its texts, and its files on their way to the disk."""

    def __init__(self, tasks: Sequence[Task], work: Work, root: Path) -> None:
        total = Produced()
        for task in tasks:
            total.add(work(task))
        changes = compare(root, total.files)
        self.files = total.files
        self.writer = Writer(root)
        unchanged = (*changes.unchanged, *total.unchanged)
        self.share = Share(total.findings, changes.written, unchanged, changes.foreign, total.kept)

    def prepare(self) -> _Failure:
        """Writes what differs under temporary names; what went wrong."""
        try:
            self.writer.prepare(self.files, self.share.written)
        except (Unwritable, Foreign) as failure:
            return failure
        return None

    def commit(self) -> _Failure:
        """Moves it to its place; what went wrong."""
        try:
            self.writer.commit()
        except (Unwritable, Foreign) as failure:
            return failure
        return None

    def texts(self, wanted: Iterable[str]) -> dict[str, str]:
        """The texts of those of the wanted paths that are this process's."""
        return {path: self.files[path] for path in wanted if path in self.files}


def _serve(connection: Connection, tasks: Sequence[Task], work: Work, root: Path) -> None:
    """A worker: makes its part, then does what it is told, until nobody is left to tell it anything."""
    making = _Making(tasks, work, root)
    connection.send(making.share)
    try:
        while True:
            order, paths = connection.recv()
            if order == "texts":
                connection.send(making.texts(paths))
            elif order == "prepare":
                interruption.ignore()  # from here on there is something to clean up, and the leader says when
                connection.send(making.prepare())
            elif order == "commit":
                connection.send(making.commit())
            else:
                connection.send(making.writer.abandon())
    finally:
        making.writer.abandon()


class WorkerPool:
    """Workers over tasks: `shares` once they have rendered, then `texts` or `write` of what they hold."""

    def __init__(self, groups: Sequence[Sequence[Task]], work: Work, root: Path) -> None:
        self._root = root
        self._far: list[Worker] = []
        self._writing = False
        try:
            for group in groups[1:]:
                self._far.append(workers.start(_serve, group, work, root, others=self._far))
            # This process is a worker too.
            self._near = _Making(groups[0] if groups else (), work, root)
            self.shares: list[Share] = [self._near.share, *(worker.receive() for worker in self._far)]
        except BaseException:
            self._end()
            raise

    def texts(self, wanted: Iterable[str]) -> dict[str, str]:
        """The texts of the named files."""
        paths = list(wanted)
        result = self._near.texts(paths)
        for worker in self._far:
            worker.send(("texts", paths))
            result |= worker.receive()
        return result

    def write(self, stale: Sequence[str]) -> None:
        """Writes every file that differs and deletes the stale ones. `Unwritable` or `Foreign` where that cannot be.

        What is found out before the first file is moved leaves everything as it was.
        """
        self._writing = True
        try:
            self._all("prepare", self._near.prepare)
            with interruption.held():
                self._all("commit", self._near.commit)
                delete(self._root, stale)
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        """Takes away all that was written and not moved, and the folders made for it, once no process needs them."""
        made = self._near.writer.abandon()
        for worker in self._far:
            with contextlib.suppress(Died, Crashed):
                worker.send(("abandon", ()))
                # A run that was interrupted has not yet heard what became of its last order.
                while not isinstance(answer := worker.receive(), list):
                    continue
                made += answer
        remove_folders(self._root, made)

    def _all(self, order: str, own: Callable[[], _Failure]) -> None:
        """Gives one order to every process; the first thing that went wrong is raised once all have answered."""
        for worker in self._far:
            worker.send((order, ()))
        failures = [own(), *(worker.receive() for worker in self._far)]
        for failure in failures:
            if failure is not None:
                raise failure

    def _end(self) -> None:
        for worker in self._far:
            worker.end(at_once=not self._writing)
        for worker in self._far:
            worker.join()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()
