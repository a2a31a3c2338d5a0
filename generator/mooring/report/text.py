"""For people: each problem with its place, the line itself and a caret, what was expected, and a hint."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mooring.problems.collecting import alike
from mooring.problems.problem import Problem
from mooring.pulls.tally import CLASSES
from mooring.redaction import printable, shown
from mooring.report import ALIKE, Report, Summary, Terminal

_COLOURS = {"error": "\033[1;31m", "warning": "\033[1;33m", "note": "\033[1;36m", "dim": "\033[2m", "bold": "\033[1m"}
_RESET = "\033[0m"
_PAINT = re.compile(r"\033\[[0-9;]*m")
_VALUE = re.compile(r"`([^`]{60})[^`]{41,}`")  # a long value in a message
_LONGEST = 300  # characters of a line: nobody reads more, and JSON has the whole
_LONGEST_PLACE, _LONGEST_LABEL = 100, 60
_PLACES = 5  # of which so many are named, beside the first
_LONGEST_HOST = 40  # characters of the name of one
_HOSTS = 5  # so many other registries are named
_MANY = 20  # so many problems are summed up by code


def _paint(text: str, colour: str, terminal: Terminal) -> str:
    return f"{_COLOURS[colour]}{text}{_RESET}" if terminal.colour else text


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) or c == "\ufe0f" else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _snippet(problem: Problem, terminal: Terminal) -> Iterator[str]:
    """The problem's line, cut to the terminal's width, and the caret below it."""
    if not problem.snippet.strip() or problem.line is None:
        return
    gutter = f"{problem.line:>5} | "
    line = problem.snippet
    column = min(problem.caret, len(line) + 1)
    before, rest = printable(line[: column - 1]), printable(line[column - 1 :])
    room = max(20, min(terminal.width or _LONGEST, _LONGEST) - len(gutter))
    if _width(before) > room * 2 // 3:
        before = "…" + before[len(before) - room // 3 :]
    if _width(before + rest) > room:
        rest = rest[: max(1, room - _width(before) - 1)] + "…"
    yield f"{_paint(gutter, 'dim', terminal)}{before}{rest}"
    yield " " * (len(gutter) + _width(before)) + _paint("^", problem.severity, terminal)


def _cut(line: str, most: int = _LONGEST) -> str:
    """The line, where it is too long without the ends of long values, else of itself; its colours too, where they stand
    there."""
    if len(_PAINT.sub("", line)) > most:
        line = _VALUE.sub(r"`\1…`", line)
    plain = _PAINT.sub("", line)
    if len(plain) <= most:
        return line
    cut = line[: most - 1 - len(plain)]
    return f"{cut}…" if cut.count(_RESET) == line.count(_RESET) else f"{plain[: most - 1]}…"


def _place(problem: Problem) -> str:
    place = printable(problem.file or "fleet")
    return place if problem.line is None else f"{place}:{problem.line}:{problem.column}"


def _environment(problem: Problem) -> str:
    return f" ({printable(problem.where)})" if problem.where else ""


def _problem(problem: Problem, terminal: Terminal) -> Iterator[str]:
    place = _place(problem)
    if len(f"{place}: {problem.message}") > _LONGEST - _LONGEST_LABEL and len(place) > _LONGEST_PLACE:
        place = f"…{place[-_LONGEST_PLACE:]}"  # its end, with the line and the column
    label = _paint(f"{problem.severity}[{problem.code}]", problem.severity, terminal)
    yield f"{_paint(place, 'bold', terminal)}: {label}: {printable(problem.message)}{_environment(problem)}"
    yield from _snippet(problem, terminal)
    if problem.expected:
        yield f"        expected: {printable(problem.expected)}"
    if problem.hint:
        yield f"        hint: {printable(problem.hint)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def closing(report: Report) -> str:
    """The line that people look at first: what was read and proved, what was written, what is wrong."""
    if report.quiet:
        return ""
    summary, says = report.summary, report.says
    parts = [_count(summary.services, "service"), _pulls(summary)]
    parts.append(_count(summary.documents, "document"))
    if summary.written or summary.deleted or summary.unchanged:
        parts.append(f"{summary.written:,} written, {summary.unchanged:,} unchanged, {summary.deleted:,} deleted")
    parts.append(_count(summary.problems, "problem") + (f", {summary.silenced} silenced" if summary.silenced else ""))
    if summary.not_listed:
        parts.append(f"{_count(summary.not_listed, 'problem')} not listed")
    if summary.skipped:
        parts.append(f"{_count(summary.skipped, 'file')} skipped")
    line = f"{says + ': ' if says else ''}{' · '.join(parts)} · {summary.seconds:.2f} s\n"
    return line + (f"{_cut(report.remark)}\n" if report.remark else "")


def _pulls(summary: Summary) -> str:
    """How many pulls there are, and what they came to: `38 pulls: 30 proved, 8 other (docker.io)`."""
    hosts = [_cut(printable(host), _LONGEST_HOST) for host in summary.other_registries[:_HOSTS]]
    hosts += ["…"] if len(summary.other_registries) > _HOSTS else []
    more = {"other": f" ({', '.join(hosts)})" if hosts else ""}
    said = [f"{number:,} {name}{more.get(name, '')}" for name in CLASSES if (number := getattr(summary, name))]
    return _count(summary.pulls, "pull") + (f": {', '.join(said)}" if said else "")


def deletions(report: Report) -> str:
    """A line for each file that was deleted, or would be; one for all of a folder of which nothing is rendered any more."""
    if report.quiet or report.deletions is None:
        return ""
    word = "deleted" if report.deletions.done else "would delete"
    files = {*report.deletions.done, *report.deletions.planned}
    kept = {folder for path in report.deletions.kept for folder in _above(path)}
    counts = Counter(next((folder for folder in _above(path) if folder not in kept), path) for path in sorted(files))
    lines = [
        f"{word} {printable(shown(place, 'file'))}" + (f"/ ({_count(number, 'file')})" if place not in files else "")
        for place, number in counts.items()
    ]
    return "".join(f"{line}\n" for line in lines)


def _above(path: str) -> list[str]:
    """The folders that a path is in, the outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def problems(report: Report, terminal: Terminal) -> str:
    """The problems alone, a blank line between them; many are summed up by code."""
    groups: dict[Any, list[Problem]] = {}
    for problem in report.listed:
        groups.setdefault(alike(problem), []).append(problem)
    heads = {id(found[0]): found[1:] for found in groups.values() if len(found) >= ALIKE}
    folded = {id(problem) for rest in heads.values() for problem in rest}
    blocks = [
        "\n".join(map(_cut, [*_problem(problem, terminal), *_others(heads.get(id(problem), []))]))
        for problem in report.listed
        if id(problem) not in folded
    ]
    return "".join(f"{block}\n\n" for block in (*blocks, *_totals(report)))


def _others(rest: list[Problem]) -> Iterator[str]:
    """One line for all that differ from the problem above it only in their place."""
    if rest:
        places = ", ".join(_place(problem) + _environment(problem) for problem in rest[:_PLACES]) + (
            ", …" if len(rest) > _PLACES else ""
        )
        yield f"        and {len(rest):,} more like it: {places}"


def _totals(report: Report) -> Iterator[str]:
    """The table of codes, where there are more problems than somebody counts."""
    if not report.quiet and sum(total.number for total in report.totals) >= _MANY:
        width = len(f"{report.totals[0].number:,}")
        yield "\n".join(f"  {total.number:>{width},}  {total.severity:<7}  {total.code}" for total in report.totals)


def text(report: Report, terminal: Terminal) -> str:
    """The whole report."""
    return problems(report, terminal) + _listed_pulls(report) + closing(report)


def _listed_pulls(report: Report) -> str:
    """A line for each pull, where they were asked for: its verdict, whose it is, the image and the Secret."""
    lines = []
    for pull in report.pulls or ():
        about = pull["object"]
        owner = "/".join(filter(None, (about["namespace"], about["name"])))
        by = "".join(f", {what} {pull[key]}" for key, what in (("secret", "Secret"), ("robot", "robot")) if pull[key])
        why = f" ({pull['reason']})" if pull["reason"] else ""
        where = f" ({pull['environment']})" if pull["environment"] else ""
        said = (
            f"{pull['verdict']}{why}: {about['kind']} {owner}, {pull['component']}: {pull['image'] or 'images'}{by}{where}"
        )
        lines.append(f"{_cut(printable(said))}\n")
    return "".join(lines) + ("\n" if lines else "")
