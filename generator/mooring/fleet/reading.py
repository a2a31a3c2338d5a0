"""The parts of a fleet, read at once: where there is much to read, processes share it and hand over plain data."""

from __future__ import annotations

import contextlib
import marshal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mooring.problems.problem import Problem
from mooring.processes import processors
from mooring.yaml.document import Document, read_fleet

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# From so many bytes on, a further process earns what forking it costs.
_WORTH_FORKING = 1 << 20

File = tuple[bytes, str]
"""What a file holds, and its path as it is shown."""


def read_all(files: Sequence[File], jobs: int | None = None) -> list[tuple[Document | None, list[Problem]]]:
    """`read_fleet` of each file, in their order."""
    size = sum(len(raw) for raw, _ in files)
    count = max(1, min(jobs or processors.count(), 1 + size // _WORTH_FORKING, len(files)))
    if count == 1:
        return [read_fleet(raw, path) for raw, path in files]
    known = _shared(files, count)
    return [read_fleet(raw, path, known.get(index)) for index, (raw, path) in enumerate(files)]


def _shared(files: Sequence[File], count: int) -> dict[int, Any]:
    """The data of the files by index, each read by one of `count` processes; those with a problem are left out."""
    from mooring.processes import workers
    from mooring.processes.crash import Died

    far: list[workers.Worker] = []
    for index in range(1, count):
        far.append(workers.start(_serve, files[index::count], others=far))
    known = dict(zip(range(0, len(files), count), _data(files[::count]), strict=True))
    for index, worker in enumerate(far, 1):
        with contextlib.suppress(Died):
            # Written a moment ago by a process of our own: nothing else has had its hands on it.
            data = marshal.loads(worker.receive())  # noqa: S302
            known |= zip(range(index, len(files), count), data, strict=True)
        worker.end(at_once=False)
        worker.join()
    return known


def _data(files: Sequence[File]) -> list[Any]:
    read = [read_fleet(raw, path) for raw, path in files]
    return [document.data if document else None for document, _ in read]


def _serve(connection: Connection, files: Sequence[File]) -> None:
    with contextlib.suppress(ValueError):  # nested too deeply for `marshal`: the leader reads them itself
        connection.send(marshal.dumps(_data(files)))
