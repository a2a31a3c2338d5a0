"""Mutation testing: are the guards of these packages held by a test? `make mutate`, or `python -m tests.mutation --help`.

A seeded sample of Cosmic Ray's mutants, each alone in a private copy of the tree, against the unit tests and the cases
that run its line: the module's own first, then the fastest, until one fails. Exits 1 where too few are killed, or where
a survivor is neither killed nor in `equivalents.toml`.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.mutation import covering, equivalents, mutants, trials
from tests.mutation.mutants import Changed, Mutant
from tests.mutation.report import REQUIRED, Result, score, scores, survivor, unexplained
from tests.mutation.trials import Outcome, Trial

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("registry", "yaml", "fleet", "manifests", "kserve", "pulls", "plan", "tree", "schema")
UNCHANGED = Mutant("__init__.py", "core/NoOp", 0, (1, 0), (1, 0))
_PARTS = 8  # of the tests that are run without a change: for each process the next when it is through with one


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.mutation", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("packages", nargs="*", default=PACKAGES, metavar="PACKAGE", help=f"default: {' '.join(PACKAGES)}")
    parser.add_argument("--sample", type=int, default=400, metavar="N", help="how many mutants (default: 400)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--survivors", type=Path, metavar="FILE", help="write the survivors to FILE, a row each")
    parser.add_argument(
        "--only", type=Path, metavar="FILE", help="of the sample only those that FILE has, as --survivors writes"
    )
    parser.add_argument("--own", action="store_true", help="only the tests that the mutant's module has to itself; quick")
    return parser


def _recorded(pool: ProcessPoolExecutor, files: Sequence[str]) -> covering.Recording:
    """What each test runs; test modules that have not been recorded as they are now are run first."""
    kept = covering.keys(ROOT, files)
    missing = [module for module, path in kept.items() if not path.exists()]
    if missing:
        print(f"recording which lines {len(missing)} of {len(kept)} test modules run", flush=True)
    for task in as_completed([pool.submit(covering.record, module, kept[module]) for module in missing]):
        task.result()
    return covering.load(kept.values())


def _trial(recording: covering.Recording, mutant: Mutant, text: str) -> Trial:
    tests = covering.choose(recording, mutant.module, ast.parse(text), mutant.start[0])
    return Trial(mutant, tests, sum(recording.times[test] for test in tests))


def _own_trial(mutant: Mutant) -> Trial:
    tests = covering.own_tests(mutant.module)
    return Trial(mutant, [tests] if (ROOT / tests).exists() else [], covering.SECONDS)


def _control(pool: ProcessPoolExecutor, batch: Sequence[Trial]) -> None:
    """Runs each test once without a change: what fails there would count as a mutant killed."""
    chosen: dict[str, dict[str, None]] = {}
    for test in (test for trial in batch for test in trial.tests):
        chosen.setdefault(test.partition("::")[0], {})[test] = None
    modules = list(chosen.values())
    parts = [[test for tests in modules[part::_PARTS] for test in tests] for part in range(_PARTS)]
    control = [Trial(UNCHANGED, tests, covering.SECONDS * len(modules)) for tests in parts if tests]
    for outcome, said in pool.map(trials.run, control):
        if outcome is not Outcome.SURVIVED:
            raise SystemExit(f"a test fails without any change\n{said}")


def _tried(pool: ProcessPoolExecutor, batch: Sequence[Trial], sample: Sequence[Changed]) -> Iterator[Result]:
    """What became of each mutant, as it is known; says how far it is now and then."""
    tasks = {pool.submit(trials.run, trial): (changed, trial) for trial, changed in zip(batch, sample, strict=True)}
    for done, task in enumerate(as_completed(tasks), 1):
        changed, trial = tasks[task]
        yield Result(changed, task.result()[0], len(trial.tests))
        if done % 25 == 0:
            print(f"{done} of {len(tasks)} mutants tried", flush=True)


def _drawn(options: argparse.Namespace, package: Path, modules: Iterable[str]) -> list[Changed]:
    """The sample that the options ask for."""
    sample = mutants.sample(package, modules, options.sample, options.seed)
    wanted = equivalents.read(options.only) if options.only else None
    return [changed for changed in sample if wanted is None or changed.identity in wanted]


def _run(sample: Sequence[Changed], texts: Mapping[str, str], *, own: bool) -> Iterator[Result]:
    """What became of each mutant of the sample, as it is known."""
    files = covering.tracked(ROOT)
    with ProcessPoolExecutor(trials.PROCESSES, initializer=trials.enter_copy, initargs=(ROOT, files)) as pool:
        if own:
            batch = [_own_trial(changed.mutant) for changed in sample]
        else:
            recording = _recorded(pool, files)
            batch = [_trial(recording, changed.mutant, texts[changed.mutant.module]) for changed in sample]
        _control(pool, batch)
        yield from _tried(pool, batch, sample)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    package = ROOT / covering.PACKAGE
    packages = mutants.modules_of(package, options.packages)
    sample = _drawn(options, package, (module for each in packages.values() for module in each))
    texts = {changed.mutant.module: (package / changed.mutant.module).read_text(encoding="utf-8") for changed in sample}
    table = equivalents.read()
    results: list[Result] = []
    for result in _run(sample, texts, own=options.own):
        results.append(result)
        if unexplained([result], table):
            print(survivor(result, texts[result.changed.mutant.module]), flush=True)
    left = unexplained(results, table)
    print(scores(packages, results, table))
    seconds = time.monotonic() - began
    print(f"seed {options.seed}, {seconds:.0f} s; {REQUIRED:.0f} % must be killed, every survivor explained")
    if options.survivors:
        rows = [equivalents.as_row(result.changed.identity) for result in left]
        options.survivors.write_text("\n".join(rows), encoding="utf-8")
    return int(bool(left) or score(results) < REQUIRED)


if __name__ == "__main__":
    sys.exit(main())
