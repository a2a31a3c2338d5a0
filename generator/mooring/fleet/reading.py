"""The parts of a fleet, read at once: where there is much to read, processes share it and hand over plain data, and what an
earlier run has read is taken from it.
"""

from __future__ import annotations

import contextlib
import marshal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.files.cache import Cache, digest
from mooring.problems.problem import Problem
from mooring.processes import processors
from mooring.yaml.document import Document, read_fleet

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# From so many bytes on, a further process earns what forking it costs.
_WORTH_FORKING = 1 << 20

File = tuple[bytes, str]
"""What a file holds, and its path as it is shown."""


class Known(NamedTuple):
    """What a file has been read as already, and whether the fast reader did."""

    data: Any
    gated: bool


class Readings:
    """What the parts of a large fleet were read as, by the content of their files: taken from a cache, and kept in it.

    Only what the fast reader took is kept: its keys are texts, and its values those of JSON.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._new: dict[str, Any] = {}
        self.names: set[str] = set()

    def take(self, files: Sequence[File]) -> dict[int, Known]:
        """The files that are kept, by index."""
        found = {index: self._cache.load(self._name(raw)) for index, (raw, _) in enumerate(files)}
        return {index: Known(data, gated=True) for index, data in found.items() if data is not None}

    def note(self, files: Sequence[File], documents: Sequence[Document | None]) -> None:
        """Remembers what files were read as just now, to be kept by `save`."""
        for (raw, _), document in zip(files, documents, strict=True):
            if document is not None and document.is_gated:
                self._new[self._name(raw)] = document.data

    def save(self) -> None:
        """Keeps what is new. Only for a fleet without an error: a credential in it is one, and goes nowhere."""
        for name, data in self._new.items():
            self._cache.save(name, data)

    def _name(self, raw: bytes) -> str:
        name = f"part-{digest(raw)}"
        self.names.add(name)
        return name


def read_all(
    files: Sequence[File], jobs: int | None = None, readings: Readings | None = None
) -> list[tuple[Document | None, list[Problem]]]:
    """`read_fleet` of each file, in their order."""
    size = sum(len(raw) for raw, _ in files)
    if readings is None or size < _WORTH_FORKING:
        return _read(files, jobs)
    known = readings.take(files)
    rest = [index for index in range(len(files)) if index not in known]
    read = _read([files[index] for index in rest], jobs)
    readings.note([files[index] for index in rest], [document for document, _ in read])
    found = dict(zip(rest, read, strict=True))
    return [found[index] if index in found else _known(file, known[index]) for index, file in enumerate(files)]


def _read(files: Sequence[File], jobs: int | None) -> list[tuple[Document | None, list[Problem]]]:
    """The same, nothing of it from a cache."""
    size = sum(len(raw) for raw, _ in files)
    count = max(1, min(jobs or processors.count(), 1 + size // _WORTH_FORKING, len(files)))
    if count == 1:
        return [read_fleet(raw, path) for raw, path in files]
    known = _shared(files, count)
    return [_known(file, known.get(index)) for index, file in enumerate(files)]


def _known(file: File, known: Known | None) -> tuple[Document | None, list[Problem]]:
    return read_fleet(*file) if known is None else read_fleet(*file, known.data, gated=known.gated)


def _shared(files: Sequence[File], count: int) -> dict[int, Known]:
    """The files by index, each read by one of `count` processes; those with a problem are left out."""
    from mooring.processes import workers
    from mooring.processes.crash import Died

    known: dict[int, tuple[Any, bool] | None] = {}
    with workers.started(_serve, [files[index::count] for index in range(1, count)]) as far:
        known |= zip(range(0, len(files), count), _data(files[::count]), strict=True)
        for index, worker in enumerate(far, 1):
            with contextlib.suppress(Died):
                # Written a moment ago by a process of our own: nothing else has had its hands on it.
                data = marshal.loads(worker.receive())  # noqa: S302
                known |= zip(range(index, len(files), count), data, strict=True)
    return {index: Known(*one) for index, one in known.items() if one is not None}


def _data(files: Sequence[File]) -> list[tuple[Any, bool] | None]:
    """What each file was read as: plain data, as `marshal` takes it."""
    read = [read_fleet(raw, path) for raw, path in files]
    return [(document.data, document.is_gated) if document else None for document, _ in read]


def _serve(connection: Connection, files: Sequence[File]) -> None:
    with contextlib.suppress(ValueError):  # nested too deeply for `marshal`: the leader reads them itself
        connection.send(marshal.dumps(_data(files)))
