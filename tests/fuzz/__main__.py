"""Feeds mutated inputs to mooring's readers and compares them with the programs that they must agree with.

`python -m tests.fuzz [TARGET…] [--executions N] [--seconds S] [--seed N] [--jobs N]`; `--replay FILE…` runs saved inputs.

A target is a module `tests/fuzz/targets/<name>.py`, found by convention, with

    SEEDS: Sequence[bytes]                 # inputs to start from
    TOKENS: Sequence[bytes] = ()           # optional: what the mutator splices in, beside what it knows
    VALUES: Sequence[Any]                  # optional: JSON values, whose structure is mutated
    def ask(batch: Sequence[bytes]) -> Sequence[Any]           # optional: what the other side says of each input
    def disagreement(data: bytes[, answer: Any]) -> str | None

`ask` has a whole batch, so that one Go process judges thousands of inputs through pipes (`judge.Judge`). `disagreement`
runs one input and says how the two sides differ, in words that begin with the *kind* of difference: `tabled.py` explains
the kinds that are right to keep. An exception is a crash, more than a second of CPU time is a hang. Failing inputs are
kept as `tests/fuzz/found/<target>/<sha>`, which later runs take as seeds. Exit code 1 where anything was found.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz import runner


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"default: all of {', '.join(runner.names())}")
    parser.add_argument("--executions", type=int, default=100_000, help="inputs of each target (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=None, help="stop each target after so many seconds")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    parser.add_argument("--replay", nargs="+", type=Path, metavar="FILE", help="run these inputs of one TARGET only")
    options = parser.parse_args(arguments)
    if unknown := set(options.targets) - set(runner.names()):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(runner.names())}")
    if options.replay and len(options.targets) != 1:
        parser.error("--replay needs one TARGET")
    good = True
    for name in options.targets or runner.names():
        if options.replay:
            tally = runner.judge(name, [path.read_bytes() for path in options.replay])
        else:
            tally = runner.run(name, options.executions, options.seed, options.jobs, options.seconds)
        good &= runner.report(name, tally)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
