"""What a run has to say, in one of several formats: one module per format, named as on the command line.

A module has `text(report, terminal) -> str`. Only this package prints.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from mooring import files
from mooring.files.writing import Unwritable
from mooring.problems.collecting import alike
from mooring.problems.problem import Problem
from mooring.pulls.tally import CLASSES, Tally
from mooring.redaction import coloured, harmless

if TYPE_CHECKING:
    from mooring.check.dates import RobotExpiry


@dataclass(frozen=True, slots=True)
class Summary:
    """What was counted; `pulls` are the sum of the five that follow, `other_registries` the hosts of the `other` ones, and
    `private_registries` those that anything could be proved for. `problems` are those that are neither silenced nor notes,
    `seconds` is wall time, `skipped` the files that are no manifests, `not_listed` the problems that are not shown."""

    documents: int = 0
    services: int = 0
    pulls: int = 0
    proved: int = 0
    public: int = 0
    other: int = 0
    unknown: int = 0
    broken: int = 0
    other_registries: tuple[str, ...] = ()
    private_registries: tuple[str, ...] = ()
    problems: int = 0
    silenced: int = 0
    written: int = 0
    unchanged: int = 0
    deleted: int = 0
    seconds: float = 0.0
    skipped: int = 0
    not_listed: int = 0


def of_pulls(pulls: Tally, private: Iterable[str]) -> dict[str, Any]:
    """What a summary says of pulls; `private` are the hosts of the known private registries."""
    return {
        "pulls": pulls.pulls,
        **{name: getattr(pulls, name) for name in CLASSES},
        "other_registries": tuple(sorted(pulls.hosts)),
        "private_registries": tuple(sorted(set(private))),
    }


class Total(NamedTuple):
    """How often a code was found, listed or not."""

    number: int
    severity: str
    code: str


class Deletions(NamedTuple):
    """The files that a render deleted, or would delete where nothing was written; and those that it keeps beside them."""

    done: Sequence[str]
    planned: Sequence[str]
    kept: Sequence[str]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one command; `says` is one closing sentence for people and `remark` a line below it; they get neither,
    nor notes, if `quiet`. `robots` are those of the fleet, for the format that is about them."""

    problems: tuple[Problem, ...] = ()
    summary: Summary = field(default_factory=Summary)
    pulls: tuple[dict[str, Any], ...] | None = None
    says: str = ""
    remark: str = ""
    quiet: bool = False
    totals: tuple[Total, ...] = ()
    deletions: Deletions | None = None
    robots: tuple[RobotExpiry, ...] = ()

    @property
    def listed(self) -> Iterator[Problem]:
        """What people are shown one by one: neither what is silenced, nor notes to whoever wants quiet."""
        for problem in self.problems:
            if problem.silenced is None and not (self.quiet and problem.severity == "note"):
                yield problem


@dataclass(frozen=True, slots=True)
class Terminal:
    """How wide the output may be (None: no terminal, nothing is cut) and whether it may have colours."""

    width: int | None = None
    colour: bool = False


# Nobody reads more, and a runner or a server takes no more.
KEPT, KEPT_OF_FILE = 10_000, 1_000


# What is about the robots of a fleet: of the commands with a report, `check` alone looks at their dates.
OF_ROBOTS = "prometheus"


def formats(package: ModuleType | None = None) -> tuple[str, ...]:
    """The formats that a package has (default: those of problems): its modules, each with `text(value, terminal) -> str`."""
    folder = __path__ if package is None else package.__path__
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder) if not module.ispkg))


def render(form: str, report: Report, terminal: Terminal) -> str:
    """The report in the format named `form`."""
    result: str = importlib.import_module(f"{__name__}.{form}").text(report, terminal)
    return result


def terminal_of(stream: TextIO, no_colour: bool) -> Terminal:
    """What is known of the stream's terminal."""
    if not stream.isatty():
        return Terminal()
    return Terminal(columns(stream), not no_colour)


def columns(stream: TextIO) -> int:
    """How wide a terminal is: as `COLUMNS` says, else as it says itself, else 80."""
    written = os.environ.get("COLUMNS", "")
    if written.isascii() and written.isdigit() and 0 < int(written) < 10_000:
        return int(written)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def emit(text: str, stream: TextIO | None = None, *, commands: bool = False) -> None:
    """Prints text, in which nothing but line breaks, tabs and our own colours controls a terminal.

    Where an Action runs it no line is a command to its runner, unless the `commands` are ours. What the stream's encoding
    lacks is escaped. `Unwritable` where the stream takes no more.
    """
    stream = stream or sys.stdout
    text = coloured(text)
    if in_action():
        text = harmless(text, commands=commands)
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable("standard error" if stream is sys.stderr else "standard output", error.strerror or "") from None


def in_action() -> bool:
    """Whether a runner of GitHub reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def put(text: str, path: Path | None, stream: TextIO, *, commands: bool = False) -> None:
    """Writes text to a file, else to the stream. `Unwritable` where the file cannot be written."""
    if path is None:
        emit(text, stream, commands=commands)
        return
    # What is no Unicode (the bytes of a file's name) is escaped, as `emit` does.
    files.put(path, text.encode("utf-8", "backslashreplace"))


def pass_on(raw: bytes, stream: TextIO) -> None:
    """Prints bytes as they came to whoever gave them: the next program of a pipe. `Unwritable` as in `emit`."""
    try:
        stream.buffer.write(raw)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable("standard output", error.strerror or "") from None


def write(report: Report, targets: Sequence[tuple[str, Path | None]], stream: TextIO, no_colour: bool) -> None:
    """Writes the report to each target: a format, and a file or the stream. `Unwritable` where a file cannot be written."""
    for form, path in targets:
        text = render(form, report, terminal_of(stream, no_colour) if path is None else Terminal())
        put(text, path, stream, commands=form == "github")


def show(package: ModuleType, value: object, targets: Sequence[tuple[str, Path | None]]) -> None:
    """Writes a value in the package's formats to each target: a file, or standard output. `Unwritable` as in `write`."""
    for form, path in targets:
        terminal = terminal_of(sys.stdout, no_colour()) if path is None else Terminal()
        put(importlib.import_module(f"{package.__name__}.{form}").text(value, terminal), path, sys.stdout)


def limited(problems: Iterable[Problem], most: int | None = None) -> tuple[tuple[Problem, ...], int]:
    """The first problems of each file and of the run, what is not known last, and how many there are beside them.

    With `most`, only so many that are not silenced and differ in more than their place.
    """
    kept: list[Problem] = []
    different: set[tuple[str, ...]] = set()
    left, by_file = 0, Counter[str]()
    for problem in sorted(problems, key=lambda problem: problem.severity == "note"):
        left += problem.count - 1
        if problem.silenced is None and (most is None or len(different) < most):
            different.add(alike(problem))
        elif problem.silenced is None and alike(problem) not in different:
            left += 1
            continue
        if len(kept) >= KEPT or by_file[problem.file or ""] >= KEPT_OF_FILE:
            left += 1
            continue
        by_file[problem.file or ""] += 1
        kept.append(problem)
    return tuple(kept), left


def totals(problems: Iterable[Problem]) -> tuple[Total, ...]:
    """The codes that were found and are not silenced, the commonest first."""
    found = Counter[tuple[str, str]]()
    for problem in problems:
        found[problem.severity, problem.code] += problem.count if problem.silenced is None else 0
    return tuple(sorted((Total(n, *code) for code, n in found.items() if n), key=lambda total: (-total.number, total.code)))


def count(problems: Iterable[Problem]) -> int:
    """How many faults the problems are; notes are none."""
    return sum(problem.count for problem in problems if problem.severity != "note")


def fails(live: Iterable[Problem], summary: Summary, *, strict: bool) -> bool:
    """Whether problems that are not silenced end a command with 1: errors, and if `strict` warnings and unknown pulls."""
    failing = ("error", "warning") if strict else ("error",)
    return any(problem.severity in failing for problem in live) or (strict and summary.unknown > 0)


def whole(problem: Problem) -> str:
    """All that a problem says, for formats that show one text: the message, what was expected, the hint."""
    said = problem.message + (f" ({problem.where})" if problem.where else "")
    more = [f"expected: {problem.expected}" if problem.expected else "", f"hint: {problem.hint}" if problem.hint else ""]
    return "\n".join(line for line in (said, *more) if line)


ALIKE = 3
"""So many problems that differ only in their place are told to people as one, at the first of those places."""


def lines_shown(targets: Iterable[tuple[str, Path | None]]) -> int | None:
    """Of how many such problems in one file the formats show the line; None where one of them shows every line."""
    return None if any(form == "junit" for form, _ in targets) else ALIKE - 1


def no_colour() -> bool:
    """Whether the user wants none (https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))
