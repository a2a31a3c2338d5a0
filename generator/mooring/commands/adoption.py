"""What `mooring init --from` reads: the manifests of each environment, and what is said of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mooring import report
from mooring.adoption.adopting import adopt, extend
from mooring.adoption.existing import Existing, existing
from mooring.adoption.fleetfile import LISTS, Draft
from mooring.adoption.inserting import NotInserted
from mooring.adoption.survey import Survey, survey
from mooring.check.objects import check_objects
from mooring.commands.running import Refused, today
from mooring.files import exists
from mooring.fleet.formats import FORMATS
from mooring.fleet.load import load
from mooring.manifests.paths import Inputs
from mooring.manifests.paths import read as read_paths
from mooring.problems.problem import Problem
from mooring.redaction import listed, quote, shown
from mooring.registry.registries import Registry
from mooring.report.text import problems as block
from mooring.schema.catalog import Catalog


class Written(NamedTuple):
    """What is adopted, and the whole fleet file; `kept` says in lines what was in it already."""

    draft: Draft
    text: bytes
    kept: Sequence[str] = ()


_MARK = b"\xef\xbb\xbf"
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Adoption:
    """What is adopted: the manifests of each environment, and what a fleet has of them."""

    inputs: Mapping[str, Inputs]
    surveys: Sequence[Survey]

    def fleet(self, path: Path) -> Written:
        """The fleet of all of it; where one is at `path` already, what is there with what is new."""
        if not exists(path):
            draft = adopt(self.surveys)
            return Written(draft, draft.text.encode())
        known = _existing(path, bool(self.surveys[0].environment))
        raw = known.loaded.boundary.read(known.loaded.root / known.loaded.path)
        marked, ends = raw.startswith(_MARK), raw.count(b"\r\n")
        if ends not in (0, raw.count(b"\n")):
            raise Refused(f"{quote(path, 'file')} has line ends of two kinds", "give it one, so that no line of it changes")
        try:
            draft, text = extend(self.surveys, known)
        except NotInserted as error:
            hint = "write its lists in block style, one item below the other"
            raise Refused(f"nothing can be added to {quote(path, 'file')}: {_where(error)}", hint) from None
        text = text.replace("\n", "\r\n") if ends else text
        return Written(draft, (_MARK if marked else b"") + text.encode(), [*_kept(self.surveys, known)])

    def words(self, draft: Draft, *, is_addition: bool) -> Iterator[str]:
        """What was found, what is written otherwise than it was, and what is left, in lines."""
        found: dict[str, int] = {}
        for one in self.surveys:
            for host, images in one.registries.items():
                found[host] = found.get(host, 0) + images
        for host, images in found.items():
            yield f"found    registry {shown(host, 'host')}: {images} image{'' if images == 1 else 's'}\n"
        for name in LISTS if is_addition else ():
            for entry in getattr(draft, name):
                yield f"added    {name}: {quote(entry.data['name'], 'name')}\n"
        for environment, entries in draft.extended.items():
            yield f"added    environments: {', '.join(entries)} of {quote(environment, 'name')}\n"
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


def _existing(path: Path, has_environments: bool) -> Existing:
    """The fleet that is there. `Refused` where it has problems, or other environments than the manifests can be of."""
    loaded = load(path)
    if any(problem.severity == "error" for problem in loaded.problems) or loaded.fleet is None:
        raise Refused(f"{quote(path, 'file')} has problems", "`mooring check` shows them; mend them first")
    if bool(loaded.fleet.environments) != has_environments:
        there = ", ".join(quote(one.name, "name") for one in loaded.fleet.environments[:_LISTED])
        hint = f"write `--from ENV=PATH`; its environments are {there}"
        if has_environments:
            hint = "write `--from PATH`, or name the environment that it is for in the fleet first"
        raise Refused(f"{quote(path, 'file')} has {'no ' if has_environments else ''}`environments:`", hint)
    return existing(loaded)


def _where(error: NotInserted) -> str:
    """The first line of what finds no place."""
    name = error.what.partition("name: ")[2].partition("\n")[0]
    return f"there is no place for {quote(name, 'name')}" if name else "a list of it is not plain"


def _kept(surveys: Sequence[Survey], known: Existing) -> Iterator[str]:
    """What of the manifests the fleet has already, in words."""
    there = {key for one in surveys for key in one.services if known.knows(key)}
    for what, names in (
        ("service", sorted({"/".join(part for part in (key[0], key[2]) if part) for key in there})),
        ("namespace", sorted({name for one in surveys for name in one.namespaces} & known.namespaces)),
    ):
        if names:
            named = listed([quote(name, "name") for name in names])
            yield f"kept     {what}{'' if len(names) == 1 else 's'} {named}: in the fleet already\n"


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
