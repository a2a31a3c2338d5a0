"""Runs targets: batches of mutated inputs over several processes, each failure traced to one input and kept."""

from __future__ import annotations

import gc
import hashlib
import importlib
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.mutate import Mutator
from tests.fuzz.shapes import Shaper, written
from tests.fuzz.tabled import explained

HERE = Path(__file__).parent
FOUND = HERE / "found"
BATCH = 250
LIMIT = 1.0  # seconds of CPU time for one input
OF_BYTES = 1 / 16  # the share of inputs mutated as bytes, where a target has values
KEPT, ALIKE = 200, 5  # failures of one target that are kept as files and shown, and of those that begin alike


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
def _limit() -> Iterator[Callable[[], None]]:
    """What begins an input's time: after `LIMIT` of this process's CPU time, so that a loaded machine changes nothing,
    `TooSlow` is raised, and again where something swallows it."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    def begin() -> None:
        signal.setitimer(signal.ITIMER_PROF, LIMIT, LIMIT)

    before = signal.signal(signal.SIGPROF, stop)
    try:
        yield begin
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _answers(module: Any, batch: Sequence[bytes]) -> Sequence[Sequence[Any]]:
    """What the other side says of each input, as further arguments of `disagreement`; none where a target has no other."""
    return [(answer,) for answer in module.ask(batch)] if hasattr(module, "ask") else [()] * len(batch)


def disagreements(name: str, batch: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    """The inputs on which the two sides differ, and how."""
    module = target(name)
    for data, answer in zip(batch, _answers(module, batch), strict=True):
        words = module.disagreement(data, *answer)
        if words is not None:
            yield data, words


def judge(name: str, batch: Sequence[bytes]) -> Tally:
    """Each input of a batch, with a time of its own; where the other side fails of the batch, it is asked one by one."""
    module = target(name)
    tally = Tally()
    try:
        answers = _answers(module, batch)
    except Exception:  # noqa: BLE001 - any exception is what is looked for
        if len(batch) == 1:
            return Tally(1, crashes=[(batch[0], traceback.format_exc())])
        for data in batch:
            tally.add(judge(name, [data]))
        return tally
    with _limit() as begin:
        for data, answer in zip(batch, answers, strict=True):
            words: str | None = None
            try:
                begin()
                words = module.disagreement(data, *answer)
            except TooSlow:
                tally.slow.append((data, "over a second"))
            except Exception:  # noqa: BLE001 - as above
                tally.crashes.append((data, traceback.format_exc()))
            if words is None:
                continue
            if explained(name, words):
                tally.tabled += 1
            else:
                tally.disagreements.append((data, words))
    tally.executions = len(batch)
    return tally


def _seeds(name: str) -> list[bytes]:
    kept = [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]
    return [*target(name).SEEDS, *kept]


def inputs(name: str, seed: int) -> Iterator[bytes]:
    """The seeds of a target, then mutated ones without an end: of `VALUES`, where it has some, and of bytes."""
    module, chance = target(name), random.Random(seed)
    seeds, tokens = _seeds(name), getattr(module, "TOKENS", ())
    texts = Mutator(chance, seeds, tokens)
    yield from seeds
    if not hasattr(module, "VALUES"):
        while True:
            yield texts.next()
    values = Shaper(chance, module.VALUES, [token.decode() for token in tokens])
    yield from map(written, module.VALUES)
    while True:
        yield texts.next() if chance.random() < OF_BYTES else values.next()


def _work(name: str, executions: int, seed: int, seconds: float | None) -> Tally:
    """So many inputs in one process."""
    source = inputs(name, seed)
    tally = Tally()
    end = None if seconds is None else time.monotonic() + seconds
    while tally.executions < executions and (end is None or time.monotonic() < end):
        tally.add(judge(name, list(islice(source, min(BATCH, executions - tally.executions)))))
        if tally.executions == BATCH:  # what is loaded stays: looking for garbage in it takes a tenth of the time
            gc.collect()
            gc.freeze()
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
    seen: Counter[str] = Counter()
    for kind, data, words in failures:
        alike = f"{kind} {words.strip()[-60:] if kind == 'crashes' else words[:60]}"
        seen[alike] += 1
        if seen[alike] > ALIKE or len(seen) * ALIKE > KEPT:
            continue  # what one fault brings a thousand times must hide no other
        path = FOUND / name / hashlib.sha256(data).hexdigest()[:16]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(f"{name}: {kind}: {words.strip()}\n  {data[:300]!r}")
        print(f"  again: python -m tests.fuzz {name} --replay {path.relative_to(HERE.parent.parent)}")
    print(f"{name}: {tally} ({tally.tabled} tabled)", flush=True)
    return not failures
