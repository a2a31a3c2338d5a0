"""The units of a run, shared out over processes; each keeps the texts it made until it is told to write them.

Nothing is written before every unit has been rendered and found without an error: all or nothing. Workers are forked,
so that the fleet is read once, and texts never cross from one process to another.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mooring import tree
from mooring.problem import Problem
from mooring.produce import Produced
from mooring.pullpath import Pull

Task = tuple[str, str]
"""Environment and namespace (or `_cluster`)."""
Work = Callable[[Task], Produced]


@dataclass(slots=True)
class Share:
    """What one worker made, without the texts: paths by what is to be done with them."""

    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    services: int = 0
    pulls: int = 0
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    used: set[tuple[str, ...]] = field(default_factory=set)
    followed: list[Pull] = field(default_factory=list)


def _make(tasks: Sequence[Task], work: Work, root: Path) -> tuple[Share, dict[str, str]]:
    total = Produced()
    for task in tasks:
        total.add(work(task))
    changes = tree.compare(root, total.files)
    share = Share(
        total.problems, total.documents, total.services, total.pulls, changes.written, changes.unchanged,
        changes.foreign, total.used, total.followed,
    )  # fmt: skip
    return share, total.files


def _serve(connection: Connection, inherited: Sequence[Connection], tasks: Sequence[Task], work: Work, root: Path) -> None:
    """A worker: makes its share, then does what it is told, until nobody is left to tell it anything."""
    for end in inherited:
        # A copy of the other end, held here, would hide that the leader has closed it.
        end.close()
    try:
        share, files = _make(tasks, work, root)
    except BaseException as error:
        connection.send(error)
        raise
    connection.send(share)
    with contextlib.suppress(EOFError):
        while True:
            order, paths = connection.recv()
            if order == "texts":
                connection.send({path: files[path] for path in paths})
                continue
            try:
                tree.write(root, files, paths)
                connection.send(None)
            except OSError as error:
                connection.send(error)


class Crew:
    """Workers over tasks: `shares` once they have rendered, then `texts` or `write` of what they hold."""

    def __init__(self, groups: Sequence[Sequence[Task]], work: Work, root: Path) -> None:
        self._root = root
        self._local: dict[str, str] = {}
        self._far: list[tuple[Connection, Any]] = []
        self.shares: list[Share] = []
        fork = multiprocessing.get_context("fork")
        for group in groups[1:]:
            here, there = fork.Pipe()
            inherited = (here, *(connection for connection, _ in self._far))
            process = fork.Process(target=_serve, args=(there, inherited, group, work, root), daemon=True)
            process.start()
            there.close()
            self._far.append((here, process))
        # This process is a worker too.
        share, self._local = _make(groups[0] if groups else (), work, root)
        self.shares.append(share)
        for connection, _ in self._far:
            answer = connection.recv()
            if isinstance(answer, BaseException):
                raise answer
            self.shares.append(answer)

    def texts(self, wanted: Iterable[str]) -> dict[str, str]:
        """The texts of the named files."""
        wanted = set(wanted)
        result = {path: text for path, text in self._local.items() if path in wanted}
        for (connection, _), share in zip(self._far, self.shares[1:], strict=True):
            connection.send(("texts", [path for path in (*share.written, *share.unchanged) if path in wanted]))
            result |= connection.recv()
        return result

    def write(self) -> None:
        """Writes every file that differs. OSError where the disk refuses."""
        for (connection, _), share in zip(self._far, self.shares[1:], strict=True):
            connection.send(("write", share.written))
        failure: OSError | None = None
        try:
            tree.write(self._root, self._local, self.shares[0].written)
        except OSError as error:
            failure = error
        for connection, _ in self._far:
            failure = connection.recv() or failure
        if failure is not None:
            raise failure

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error: object) -> None:
        for connection, _ in self._far:
            connection.close()
        for _, process in self._far:
            process.join()
