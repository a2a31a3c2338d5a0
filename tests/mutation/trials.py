"""Mutants against tests, in private copies of the tree: one for each process, removed at its end."""

from __future__ import annotations

import atexit
import enum
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_item import MutationSpec, TestOutcome

from tests.mutation.covering import PACKAGE, PYTEST
from tests.mutation.mutants import Mutant
from tests.mutation.plugin import TESTS

PROCESSES = 2
_START = 30.0  # seconds that a start of pytest and the collection of its tests may take
_SLOWER = 5.0  # how much slower than recorded the tests may be on a busy machine


class Outcome(enum.Enum):
    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    UNREACHED = "reached by no test"


class Trial(NamedTuple):
    """A mutant, the tests (or whole test modules) to run against it, and the seconds that these took on the original."""

    mutant: Mutant
    tests: Sequence[str]
    seconds: float


def enter_copy(root: Path, files: Sequence[str]) -> None:
    """Makes a copy of the tree for this process and works in it from now on."""
    base = Path(tempfile.mkdtemp(prefix="mooring-mutation-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    folder, scratch = base / "tree", base / "tmp"
    scratch.mkdir()
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, folder / path)
    os.chdir(folder)
    # Programs that the tests start import the copy too; the package that is installed is the original.
    os.environ["PYTHONPATH"] = str(folder / PACKAGE.parent)
    os.environ |= {"MOORING_REAL": "later", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_DEBUG_TEMPROOT": str(scratch)}
    # Compiled by content: what is unchanged is not compiled for every mutant, what is mutated always is.
    command = (sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", str(PACKAGE.parent))
    subprocess.run(command, check=True)


def run(trial: Trial) -> tuple[Outcome, str]:
    """What became of a mutant, and what pytest said."""
    if not trial.tests:
        return Outcome.UNREACHED, ""
    if any("::" in test for test in trial.tests):
        listed = Path("mutation.tests").absolute()
        listed.write_text(json.dumps(list(trial.tests)), encoding="utf-8")
        os.environ[TESTS] = str(listed)
    modules = list(dict.fromkeys(test.partition("::")[0] for test in trial.tests))
    command = shlex.join((*PYTEST, "-x", "--no-header", "--tb=line", *modules))
    mutant = trial.mutant
    spec = MutationSpec(PACKAGE / mutant.module, mutant.operator, mutant.occurrence, mutant.start, mutant.end)
    result = mutate_and_test((spec,), command, _START + _SLOWER * trial.seconds)
    if result.test_outcome is TestOutcome.SURVIVED:
        return Outcome.SURVIVED, result.output or ""
    if result.test_outcome is not TestOutcome.KILLED:
        raise RuntimeError(f"{mutant}: {result.output}")
    return (Outcome.TIMED_OUT if result.output == "timeout" else Outcome.KILLED), result.output or ""
