"""Runs targets: batches of mutated inputs over several processes, each failure traced to one input and kept."""

from __future__ import annotations

import hashlib
import importlib
import random
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.mutate import Mutator
from tests.fuzz.tabled import explained

HERE = Path(__file__).parent
FOUND = HERE / "found"
BATCH = 250
LIMIT = 1.0  # seconds of CPU time for one input
KEPT = 40  # failures of one target that are kept as files and shown


@dataclass
class Tally:
    executions: int = 0
    tabled: int = 0
    disagreements: list[tuple[bytes, str]] = field(default_factory=list)
    crashes: list[tuple[bytes, str]] = field(default_factory=list)
    slow: list[tuple[bytes, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.executions += other.executions
        self.tabled += other.tabled
        self.disagreements += other.disagreements
        self.crashes += other.crashes
        self.slow += other.slow

    def __str__(self) -> str:
        counts = (self.executions, len(self.disagreements), len(self.crashes), len(self.slow))
        return "{} executions, {} disagreements, {} crashes, {} slow".format(*counts)


class TooSlow(BaseException):
    """Not an `Exception`, so that what catches those does not swallow it."""


def names() -> list[str]:
    return sorted(path.stem for path in (HERE / "targets").glob("*.py") if not path.stem.startswith("_"))


def target(name: str) -> Any:
    return importlib.import_module(f"tests.fuzz.targets.{name}")


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raises `TooSlow` after so many seconds of this process's CPU time, so that a loaded machine changes nothing."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def judge(name: str, batch: Sequence[bytes]) -> Tally:
    """One batch; where it crashes or is slow, each of its inputs alone."""
    module = target(name)
    tally = Tally()
    try:
        with _limit(LIMIT):
            found = list(module.disagreements(batch))
    except (Exception, TooSlow) as error:  # noqa: BLE001 - any exception is what is looked for
        if len(batch) > 1:
            for data in batch:
                tally.add(judge(name, [data]))
            return tally
        slow = isinstance(error, TooSlow)
        (tally.slow if slow else tally.crashes).append((batch[0], "over a second" if slow else traceback.format_exc()))
        found = []
    tally.executions = len(batch)
    for data, words in found:
        if explained(name, words):
            tally.tabled += 1
        else:
            tally.disagreements.append((data, words))
    return tally


def _seeds(name: str) -> list[bytes]:
    kept = [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]
    return [*target(name).SEEDS, *kept]


def _work(name: str, executions: int, seed: int, seconds: float | None) -> Tally:
    """So many mutated inputs in one process; the seeds themselves come first."""
    seeds = _seeds(name)
    mutator = Mutator(random.Random(seed), seeds, getattr(target(name), "TOKENS", ()))
    tally = Tally()
    end = None if seconds is None else time.monotonic() + seconds
    while tally.executions < executions and (end is None or time.monotonic() < end):
        size = min(BATCH, executions - tally.executions)
        batch = [seeds.pop() if seeds else mutator.next() for _ in range(size)]
        tally.add(judge(name, batch))
    return tally


def run(name: str, executions: int, seed: int = 1, jobs: int = 1, seconds: float | None = None) -> Tally:
    if jobs == 1:
        return _work(name, executions, seed, seconds)
    tally = Tally()
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        parts = [executions // jobs + (number < executions % jobs) for number in range(jobs)]
        works = [pool.submit(_work, name, part, seed * 1000 + number, seconds) for number, part in enumerate(parts)]
        for work in works:
            tally.add(work.result())
    return tally


def report(name: str, tally: Tally) -> bool:
    """Keeps and prints the failures; whether there are none."""
    failures = [(kind, *item) for kind in ("crashes", "slow", "disagreements") for item in getattr(tally, kind)]
    for kind, data, words in failures[:KEPT]:
        path = FOUND / name / hashlib.sha256(data).hexdigest()[:16]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(f"{name}: {kind}: {words.strip()}\n  {data[:300]!r}")
        print(f"  again: python -m tests.fuzz {name} --replay {path.relative_to(HERE.parent.parent)}")
    print(f"{name}: {tally} ({tally.tabled} tabled)", flush=True)
    return not failures
