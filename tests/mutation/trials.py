"""Mutants against tests, in private copies of the tree: one for each process, removed at its end."""

from __future__ import annotations

import enum
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.testing import run_tests
from cosmic_ray.work_item import TestOutcome

from tests.mutation import covering
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
    Finalize(None, shutil.rmtree, (base, True), exitpriority=1)  # a process of a pool ends without `atexit`
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
    # The test modules once for all: pytest compiles them at every start otherwise, since Cosmic Ray forbids it to keep them.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    collect = (*PYTEST, "--collect-only", *covering.test_modules(files))
    subprocess.run(collect, env=environment, stdout=subprocess.DEVNULL, check=False)  # what is wrong is said where it runs


def steps(trial: Trial) -> list[list[str]]:
    """The tests in the order in which to run them, a start of pytest each.

    What kills is mostly a test of the module's own, or of its package: to collect the other test modules takes longer than
    to run their tests.
    """
    own = covering.own_tests(trial.mutant.module)
    package = own.rpartition("/")[0] + "/"
    found: list[list[str]] = [[], [], []]
    for test in trial.tests:
        module = test.partition("::")[0]
        found[0 if module == own else 1 if module.startswith(package) else 2].append(test)
    return [step for step in found if step]


def _command(tests: Sequence[str]) -> str:
    """Runs these tests, until one fails."""
    if any("::" in test for test in tests):
        listed = Path("mutation.tests").absolute()
        listed.write_text(json.dumps(tests), encoding="utf-8")
        os.environ[TESTS] = str(listed)
    modules = dict.fromkeys(test.partition("::")[0] for test in tests)
    return shlex.join((*PYTEST, "-x", "--no-header", "--tb=line", *modules))


def run(trial: Trial) -> tuple[Outcome, str]:
    """What became of a mutant, and what pytest said."""
    if not trial.tests:
        return Outcome.UNREACHED, ""
    mutant = trial.mutant
    said = ""
    with use_mutation(PACKAGE / mutant.module, get_operator(mutant.operator)(), mutant.occurrence) as (_, after):
        if after is None:
            raise RuntimeError(f"{mutant}: is none")
        for tests in steps(trial):
            outcome, said = run_tests(_command(tests), _START + _SLOWER * trial.seconds)
            if outcome is TestOutcome.KILLED:
                return (Outcome.TIMED_OUT if said == "timeout" else Outcome.KILLED), said
            if outcome is not TestOutcome.SURVIVED:
                raise RuntimeError(f"{mutant}: {said}")
    return Outcome.SURVIVED, said
