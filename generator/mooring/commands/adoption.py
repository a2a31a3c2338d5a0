"""What `mooring init --from` reads: the manifests of each environment, and what is said of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mooring import report
from mooring.adoption.adopting import adopt
from mooring.adoption.fleetfile import Draft
from mooring.adoption.survey import Survey, survey
from mooring.check.objects import check_objects
from mooring.commands.running import Refused, today
from mooring.files import exists
from mooring.fleet.formats import FORMATS
from mooring.manifests.paths import Inputs
from mooring.manifests.paths import read as read_paths
from mooring.problems.problem import Problem
from mooring.redaction import quote, shown
from mooring.registry.registries import Registry
from mooring.report.text import problems as block
from mooring.schema.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Adoption:
    """What is adopted: the manifests of each environment, and what a fleet has of them."""

    inputs: Mapping[str, Inputs]
    surveys: Sequence[Survey]

    def draft(self) -> Draft:
        """The fleet of all of it."""
        return adopt(self.surveys)

    def words(self, draft: Draft) -> Iterator[str]:
        """What was found, what is written otherwise than it was, and what is left, in lines."""
        found: dict[str, int] = {}
        for one in self.surveys:
            for host, images in one.registries.items():
                found[host] = found.get(host, 0) + images
        for host, images in found.items():
            yield f"found    registry {shown(host, 'host')}: {images} image{'' if images == 1 else 's'}\n"
        for note in draft.notes:
            yield f"note     {note}\n"
        for line in dict.fromkeys(line for one in self.surveys for line in one.lost):
            yield f"left     {line}\n"

    def check(self) -> str:
        """Prints what `check` says of the manifests: it holds for the fleet too. Gives the number of errors in words."""
        live: dict[tuple[object, ...], Problem] = {}
        for one in self.surveys:
            private = [Registry(host, (host,)) for host in one.registries]
            for problem in check_objects(self.inputs[one.environment], private, {}, today()).problems:
                if problem.silenced is None and problem.code != "plaintext-credential":
                    live.setdefault((problem.code, problem.message, problem.file, problem.line, problem.column), problem)
        problems = tuple(live.values())
        report.emit(block(report.Report(problems), report.terminal_of(sys.stderr, report.no_colour())), sys.stderr)
        errors = sum(problem.count for problem in problems if problem.severity == "error")
        return f"{errors:,} error{'' if errors == 1 else 's'}" if errors else ""


def read(written: Sequence[str], named: Sequence[Registry]) -> Adoption:
    """Reads what `--from` names. `Refused` where it cannot be read, or only some of it is given to an environment."""
    by_environment: dict[str, list[str]] = {}
    for text in written:
        environment, path = _split(text)
        by_environment.setdefault(environment, []).append(path)
    if "" in by_environment and len(by_environment) > 1:
        path = quote(by_environment[""][0], "path")
        raise Refused(f"`--from` names no environment for {path}", "write ENV=PATH for each, or for none of them")
    inputs = {environment: read_paths(paths) for environment, paths in by_environment.items()}
    for one in inputs.values():
        if one.problems:
            problem = one.problems[0].located()
            hint = "`mooring check PATH` shows all that cannot be read"
            raise Refused(f"{shown(problem.file, 'file')}: {problem.message}", hint)
    catalog = Catalog()
    surveys = [survey(one.found, catalog, named, environment) for environment, one in inputs.items()]
    return Adoption(inputs, surveys)


def _split(text: str) -> tuple[str, str]:
    """The environment, empty for none, and the path. A file whose name has a `=` is a path."""
    environment, separator, path = text.partition("=")
    if not separator or exists(Path(text)) or "/" in environment:
        return "", text
    if not FORMATS["kubernetes-label"].test(environment):
        hint = f"write {FORMATS['kubernetes-label'].expected}, as in `--from prod=deploy/prod`"
        raise Refused(f"{quote(environment, 'name')} is not the name of an environment", hint)
    if not path:
        raise Refused(f"`--from` names no path for environment {quote(environment, 'name')}", "write ENV=PATH")
    return environment, path
