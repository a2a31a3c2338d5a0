"""Files that are to be checked, shared out over processes: each reads its own, and judges what it has read.

What a file says of its cluster counts for all others, and crosses before anything is judged: the few objects that decide
over others' pods, and which clusters there are. What crosses after that is verdicts. Their order is that of the files,
whoever has read them, so that one process and several say the same (`tests/unit/check/test_sharing.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mooring.check.judging import Asked, Judged, judge
from mooring.check.objects import CheckedObjects, put_together
from mooring.check.worlds import Survey, survey
from mooring.files import recorded, size, tell
from mooring.files.watching import Deed
from mooring.manifests.paths import GivenFile, InputObject, Inputs
from mooring.problems.collecting import finish
from mooring.problems.problem import Problem
from mooring.processes import processors

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mooring.processes.workers import Worker

# From so many bytes on, a second process earns what starting it costs (and what both then import and compile): under a load
# of 4, 400 KB took 0.30 s in one and 0.41 in two, 800 KB 0.40 and 0.38.
_WORTH_FORKING = 600_000
_OF_OBJECT = 1_000  # what is counted for one that a Kustomize root has built


class Read(NamedTuple):
    """What came of reading the file of a number, beside its objects: they stay where they are."""

    number: int
    around: Survey
    problems: list[Problem]
    documents: int
    skipped: int
    unreadable: bool
    told: list[tuple[Deed, Path]]


class Part:
    """What one process does: reads files, by their numbers, and judges their objects and those that it is given."""

    def __init__(self, asked: Asked, built: Mapping[int, Sequence[InputObject]], files: Mapping[int, GivenFile]) -> None:
        self._asked, self._files = asked, files
        self._units = dict(built)

    def read(self, *, quietly: bool) -> list[Read]:
        """What came of each file; `quietly` leaves it to another process to tell what was read."""
        return [self._read(number, file, quietly=quietly) for number, file in self._files.items()]

    def _read(self, number: int, file: GivenFile, *, quietly: bool) -> Read:
        inputs, told = Inputs(), list[tuple[Deed, Path]]()
        if quietly:
            with recorded() as told:
                file.read(inputs)
        else:
            file.read(inputs)
        self._units[number] = inputs.found
        around = survey(inputs.found, self._asked.environments, self._asked.by_environment)
        problems = [finish(problem, None) for problem in inputs.problems]
        return Read(number, around, problems, len(inputs.found), inputs.skipped, inputs.unreadable, told)

    def judge(self, around: Survey) -> Judged:
        """What came of the objects, by what is `around` them."""
        return judge(self._asked, self._units, around)


def _serve(connection: Connection, part: Part) -> None:
    """A worker: reads, hears what the others have read, and judges."""
    connection.send(part.read(quietly=True))
    connection.send(part.judge(connection.recv()).without_clusters())


@contextmanager
def _workers(others: Sequence[Part]) -> Iterator[Sequence[Worker]]:
    """A worker for each part; none of what that takes is imported where there is none (20 ms)."""
    if not others:
        yield ()
        return
    from mooring.processes import workers

    with workers.started(_serve, others) as found:
        yield found


def check_files(
    asked: Asked, inputs: Inputs, files: Sequence[GivenFile], fail_within: int | None = None, jobs: int | None = None
) -> CheckedObjects:  # fmt: skip
    """Checks the objects that are there and those of the files, which `inputs` counts then too."""
    near, *others = parts(asked, inputs.found, files, jobs)
    with _workers(others) as far:
        reads = near.read(quietly=bool(far)) + [one for worker in far for one in worker.receive()]
        reads.sort(key=lambda one: one.number)
        around = survey(inputs.found, asked.environments, asked.by_environment)
        for one in reads:
            around.add(one.around)
        for worker in far:
            worker.send(around)
        for one in reads:
            for deed, path in one.told:
                tell(deed, path)
        judged = [near.judge(around), *(worker.receive() for worker in far)]
    inputs.skipped += sum(one.skipped for one in reads)
    inputs.unreadable |= any(one.unreadable for one in reads)
    problems = [finish(problem, None) for problem in inputs.problems] + [p for one in reads for p in one.problems]
    checked = put_together(asked, problems, judged, fail_within)
    return dataclasses.replace(checked, documents=len(inputs.found) + sum(one.documents for one in reads))


def parts(asked: Asked, built: Sequence[InputObject], files: Sequence[GivenFile], jobs: int | None) -> list[Part]:
    """The work, shared out over as many processes as there are `jobs`, else as it is worth: by the sizes of the files."""
    sizes = [size(file.path) for file in files] if jobs != 1 else [0] * len(files)
    work = sum(sizes) + _OF_OBJECT * len(built)
    count = jobs or min(processors.count(), 1 + work // _WORTH_FORKING)
    count = max(1, min(count, max(len(built), len(files))))
    shares: list[dict[int, GivenFile]] = [{} for _ in range(count)]
    loads = [0] * count
    for number in sorted(range(len(files)), key=lambda number: -sizes[number]):
        least = loads.index(min(loads))
        shares[least][number] = files[number]
        loads[least] += sizes[number] + 1
    bounds = [len(built) * index // count for index in range(count + 1)]
    return [
        # Objects of roots come before those of files.
        Part(asked, {index - count: built[bounds[index] : bounds[index + 1]]}, dict(sorted(share.items())))
        for index, share in enumerate(shares)
    ]
