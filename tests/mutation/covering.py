"""Which tests run a line, and how long each takes: recorded once for each test module, cached outside the tree.

What is cached is named by all that a test can see: a change of a test module has that one recorded again, any other
change has all of them. The cache is `$MOORING_MUTATION_CACHE`, else `mooring/mutation` in the user's cache folder.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from coverage import CoverageData

from tests.mutation.plugin import TIMES

PACKAGE = Path("generator/mooring")
# Started for each mutant: with the plugins that a test needs, and no others (PYTEST_DISABLE_PLUGIN_AUTOLOAD).
_PLUGINS = ("tests.mutation.plugin", "pytest_datadir.plugin", "pytest_regressions.plugin", "no:cacheprovider")
PYTEST = (sys.executable, "-m", "pytest", "-q", *(word for plugin in _PLUGINS for word in ("-p", plugin)))
_TEST_MODULE = re.compile(r"tests/(unit/.*)?test_\w+\.py")
# No test of the unit tests and the cases reads these.
_NOT_READ = re.compile(r"tests/(mutation|real|fuzz)/|benchmarks/|.*\.md")
_PHASE = re.compile(r"\|(setup|run|teardown)$")

SECONDS = 30.0
COUNT = 1500
"""Of the tests that run a line, the fastest are run against its mutant: as many as these allow together."""


class Recording(NamedTuple):
    """The seconds of each test that passed, and the tests that run each line of each module."""

    times: dict[str, float]
    lines: dict[str, dict[int, set[str]]]


def tracked(root: Path) -> list[str]:
    """The files of a working tree that Git has or would add."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted(path for path in done.stdout.split("\0") if path and (root / path).is_file())


def test_modules(files: Iterable[str]) -> list[str]:
    """The unit tests and the cases."""
    return [path for path in files if _TEST_MODULE.fullmatch(path)]


def _cache() -> Path:
    given = os.environ.get("MOORING_MUTATION_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else base / "mooring" / "mutation"


def keys(root: Path, files: Sequence[str]) -> dict[str, Path]:
    """Where the recording of each test module is kept."""
    common = hashlib.sha256(sys.version.encode())
    for path in files:
        if not _TEST_MODULE.fullmatch(path) and not _NOT_READ.match(path):
            common.update(f"{path}\0".encode() + hashlib.sha256((root / path).read_bytes()).digest())
    return {
        module: _cache() / common.hexdigest()[:24] / f"{Path(module).stem}-{digest[:24]}.json"
        for module in test_modules(files)
        for digest in [hashlib.sha256(module.encode() + (root / module).read_bytes()).hexdigest()]
    }


def record(module: str, target: Path) -> None:
    """Runs a test module in the current directory, a copy of the tree, and keeps what its tests ran."""
    data, times = Path("mutation.coverage").absolute(), Path("mutation.times").absolute()
    environment = {**os.environ, "COVERAGE_FILE": str(data), TIMES: str(times)}
    options = ("-p", "pytest_cov.plugin", f"--cov={PACKAGE}", "--cov-context=test", "--cov-report=", module)
    done = subprocess.run((*PYTEST, *options), env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 5):
        raise SystemExit(f"{shlex.join((*PYTEST, *options))}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    if done.returncode == 1:
        print(f"{module}: some of its tests fail here, and judge no mutant", flush=True)
    passed = json.loads(times.read_text(encoding="utf-8"))
    found = CoverageData(str(data))
    found.read()
    numbers = {test: number for number, test in enumerate(passed)}
    lines = {
        Path(name).relative_to(PACKAGE.absolute()).as_posix(): {
            line: sorted({numbers[test] for context in contexts if (test := _PHASE.sub("", context)) in numbers})
            for line, contexts in found.contexts_by_lineno(name).items()
        }
        for name in found.measured_files()
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps({"times": passed, "lines": lines}), encoding="utf-8")
    partial.replace(target)


def load(paths: Iterable[Path]) -> Recording:
    """The recordings of all test modules as one."""
    total = Recording({}, {})
    for path in paths:
        kept = json.loads(path.read_text(encoding="utf-8"))
        names = list(kept["times"])
        total.times.update(kept["times"])
        for module, lines in kept["lines"].items():
            known = total.lines.setdefault(module, {})
            for line, numbers in lines.items():
                if numbers:
                    known.setdefault(int(line), set()).update(names[number] for number in numbers)
    return total


def _headed(node: ast.AST) -> range:
    """The lines of a statement that are its own: of a compound one those before its body; of a definition all of them."""
    first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return range(min([first, *(item.lineno for item in node.decorator_list)]), last + 1)
    body = getattr(node, "body", None)
    return range(first, max(first, body[0].lineno - 1) + 1) if isinstance(body, list) else range(first, last + 1)


def statement(tree: ast.Module, line: int) -> range:
    """The lines of the innermost statement that a line belongs to."""
    around = [
        _headed(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case) and hasattr(node, "lineno")
    ]
    return min((lines for lines in around if line in lines), key=len, default=range(line, line + 1))


def own_tests(module: str) -> str:
    """The test module that a module has to itself: `tests/unit/<package>/test_<module>.py`."""
    path = Path(module)
    return (Path("tests/unit") / path.parent / f"test_{path.stem}.py").as_posix()


def choose(recording: Recording, module: str, tree: ast.Module, line: int) -> list[str]:
    """The tests to run against a mutant of a line: those of the module itself first, then the fastest.

    What runs when a module is imported belongs to whichever test imported it first, if to any; there it is all tests that
    run anything in the module, and the module's own tests in any case.
    """
    lines = recording.lines.get(module, {})
    reached = set().union(*(lines.get(number, set()) for number in statement(tree, line)))
    own = own_tests(module) + "::"
    if not _inside_function(tree, line):
        reached = set().union(*lines.values()) | {test for test in recording.times if test.startswith(own)}
    order = sorted(reached, key=lambda test: (not test.startswith(own), recording.times[test], test))
    chosen: list[str] = []
    spent = 0.0
    for test in order[:COUNT]:
        spent += recording.times[test]
        if spent > SECONDS and chosen:
            break
        chosen.append(test)
    return chosen


def _inside_function(tree: ast.Module, line: int) -> bool:
    """Whether the line runs when a function is called, not when the module is imported."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or line)
        for node in ast.walk(tree)
    )
