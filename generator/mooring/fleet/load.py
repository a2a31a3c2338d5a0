"""Fleet file → `Fleet`: reads it and its parts, checks them against the model, and reports every problem of the run.

What has a problem of its own is left out of the `Fleet`; the rest goes on, so that one run reports everything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mooring.files import Boundary, Unreadable, display_path, repository_of
from mooring.files.patterns import has_magic
from mooring.fleet import gitops_references, model, references, secret_references
from mooring.fleet.build import build
from mooring.fleet.credentials import plaintext_credentials
from mooring.fleet.formats import FORMATS
from mooring.fleet.reading import Readings, read_all
from mooring.fleet.schema import API_VERSION, PARTS, document_schema
from mooring.problems.position import Route
from mooring.problems.problem import ObjectRef, Problem
from mooring.problems.routes import get
from mooring.redaction import quote, quote_key, quote_or_none
from mooring.schema import validation
from mooring.schema.finding import limited, named
from mooring.yaml.document import Document, read_fleet

_LISTS = ("registries", "robots", "namespaces", "services", "environments")
_ITEMS: dict[str, type[model.Item]] = {
    "registries": model.Registry,
    "robots": model.Robot,
    "namespaces": model.Namespace,
    "services": model.Service,
    "environments": model.Environment,
}
_CODES = {"unknown-key", "missing-key", "wrong-type", "unknown-choice"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a fleet file came to: `fleet` is None where nothing could be built; `boundary` is the repository."""

    fleet: model.Fleet | None
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]
    boundary: Boundary
    path: str

    @property
    def root(self) -> Path:
        return self.boundary.root


def load(path: Path, jobs: int | None = None, readings: Readings | None = None) -> Loaded:
    """Reads the fleet file at `path` and its parts. `Unreadable` where the file itself cannot be read."""
    if not repository_of(path).holds(path.parent):
        raise Unreadable(path, "is behind a link out of the repository", "name the folder that the link leads to")
    boundary = Boundary(path.absolute().parent)
    path = boundary.root / path.name
    document, problems = read_fleet(boundary.read(path), display_path(path))
    if document is None:
        return Loaded(None, tuple(problems), (), boundary, path.name)
    documents = [document]
    parts = list(_included(document, path, boundary, problems))
    for found, part_problems in read_all(parts, jobs, readings):
        problems += part_problems
        if found is not None:
            documents.append(found)
    fleet = _build(documents, problems)
    declared = _declared(documents, fleet)
    problems += references.check(fleet, boundary, declared)
    problems += secret_references.check(fleet, boundary)
    if unsynced := list(gitops_references.check(fleet)):
        problems += unsynced
        fleet = dataclasses.replace(fleet, gitops=model.GitOps())  # nothing is rendered of it
    if not (declared["robots"].read and declared["registries"].read):
        fleet = dataclasses.replace(fleet, services=())  # nothing can be said of their pulls
    return Loaded(fleet, tuple(problems), tuple(documents), boundary, path.name)


def of_text(text: str, path: str, parts: Sequence[Document] = ()) -> model.Fleet | None:
    """The fleet of a text that mooring wrote itself, with the parts that were read for it; None where it cannot be read."""
    document, problems = read_fleet(text, path)
    return _build([document, *parts], problems) if document is not None else None


def _included(document: Document, path: Path, boundary: Boundary, problems: list[Problem]) -> Iterator[tuple[bytes, str]]:
    """The files that `include` names, each once: content and shown path, in the order of the patterns, sorted in each."""
    data = document.data
    patterns = data.get("include") if isinstance(data, dict) else None
    own = boundary.real(path)
    seen: set[str] = set()
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if not isinstance(pattern, str) or not FORMATS["path"].test(pattern):
            continue

        def report(message: str, hint: str = "", index: int = index) -> None:
            problems.append(Problem("bad-path", message, document, ("include", index), hint=hint))

        try:
            found = boundary.expand(pattern)
        except Unreadable as error:
            hint = error.hint or "a fleet's parts stand below the folder of its fleet file"
            report(f"{quote(pattern, 'path')} {error.why}", hint)
            continue
        if not found and not has_magic(pattern):
            report(f"{quote(pattern, 'path')} does not exist")
        elif all(boundary.is_folder(part) for part in found):
            hint = "what its parts had rendered would be deleted: mend the pattern, or take it out until there are some"
            report(f"no file matches {quote(pattern, 'path')}", hint)
        for part in found:
            try:
                real = boundary.real(part)
                if real == own:
                    hint = "name the parts' own folder, as `teams/*.yaml`"
                    report(f"{quote(pattern, 'path')} includes the fleet file itself", hint)
                elif real not in seen and not boundary.is_folder(part):
                    seen.add(real)
                    yield boundary.read(part), display_path(part)
            except Unreadable as error:
                report(f"{quote(display_path(part), 'file')} {error.why}", error.hint)


def _declared(documents: list[Document], fleet: model.Fleet) -> dict[str, references.Declared]:
    """The names of each list, in the fleet and in what was left out of it."""
    declared = {}
    for name in _LISTS:
        values = [document.data[name] for document in documents if isinstance(document.data, dict) and name in document.data]
        items = [item for value in values if isinstance(value, list) for item in value]
        written = {item["name"] for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)}
        accepted = frozenset(item.name for item in getattr(fleet, name))
        is_read = all(isinstance(value, list) for value in values)
        declared[name] = references.Declared(accepted, frozenset(written - accepted), is_read)
    return declared


def _build(documents: list[Document], problems: list[Problem]) -> model.Fleet:
    """The fleet of the parts that were read."""
    merged: dict[str, list[Any]] = {name: [] for name in _LISTS}
    head: dict[str, Any] = {}
    for index, document in enumerate(documents):
        kind = "FleetPart" if index else "Fleet"
        bad = _check(document, kind, problems)
        data = document.data if isinstance(document.data, dict) else {}
        for name in PARTS if index else _LISTS:
            items = data.get(name)
            for position, item in enumerate(items if isinstance(items, list) else []):
                if (name, position) not in bad and isinstance(item, dict):
                    merged[name].append(build(_ITEMS[name], item, document, (name, position)))
        if not index:
            head = {name: value for name, value in data.items() if name not in _LISTS and (name,) not in bad}
    known = {name: value for name, value in head.items() if name not in ("apiVersion", "kind")}
    known.setdefault("metadata", {"name": "fleet"})
    fleet = build(model.Fleet, known | {"registries": []}, documents[0], ())
    lists: dict[str, Any] = {name: tuple(items) for name, items in merged.items()}
    return dataclasses.replace(fleet, **lists)


def _check(document: Document, kind: str, problems: list[Problem]) -> set[Route]:
    """Reports what the model refuses; gives the routes (list and index, or top key) that must not be built."""
    data = document.data
    bad: set[Route] = set()
    if not isinstance(data, Mapping):
        problems.append(Problem("wrong-type", "a fleet file must be a mapping", document, (), expected=f"`kind: {kind}`"))
        return {(name,) for name in (*_LISTS, *document_schema("Fleet")["properties"])}
    for route in plaintext_credentials({name: value for name, value in data.items() if name != "services"}):
        problems.append(credential(document, route))
        bad.add(route)
    if not validation.valid(document_schema(kind), data, formats=_TESTS):
        findings: list[validation.Finding] = []
        describe = named(_SINGULAR, lambda route: _name_at(data, route))
        for finding in validation.explain(document_schema(kind), data, formats=_TESTS, describe=describe):
            if finding.route in bad:
                continue
            findings.append(finding)
            bad.add(finding.route)
        problems += [_problem(document, finding) for finding in limited(findings)]
    return {route[:2] if route[:1] in {(name,) for name in _LISTS} else route[:1] for route in bad}


_TESTS = {name: entry.test for name, entry in FORMATS.items()}
_SINGULAR = {
    "registries": "registry", "robots": "robot", "namespaces": "namespace", "services": "service",
    "environments": "environment",
}  # fmt: skip


def _name_at(data: Mapping[str, Any], route: Route) -> str | None:
    """The name of a list's item in backticks; None where it has none, or none that may be shown."""
    item = get(data, route)
    name = item.get("name") if isinstance(item, Mapping) else None
    return quote_or_none(name, "name") if isinstance(name, str) and name else None


def _problem(document: Document, finding: validation.Finding) -> Problem:
    code, expected, message, hint = finding.code_hint, finding.expected, finding.message, finding.hint
    if code.startswith("format:"):
        entry = FORMATS[code.removeprefix("format:")]
        code, expected = entry.code, entry.expected
    elif code not in _CODES:
        code = "wrong-type"
    hint = hint or _hint(finding.route, get(document.data, finding.route))
    if finding.route == ("apiVersion",):
        expected = f"`{API_VERSION}`"
    return Problem(code, message, document, finding.route, finding.at_key, expected, hint, count=finding.count)


def _hint(route: Route, value: Any) -> str:
    """What mends a value of a robot that belongs under another key, or into a mapping; empty for any other."""
    if route[:1] != ("robots",) or not isinstance(value, str):
        return ""
    if route[2:] == ("robot",) and ("$" in value or "+" in value):
        return "write a robot's whole login under `login:`; `robot:` is its name without prefix and project"
    return "name the back end's record as `secret: {key: harbor/<name>}`" if route[2:] == ("secret",) else ""


def credential(document: Any, route: Route, about: ObjectRef | None = None) -> Problem:
    """The problem of a value that looks like a credential; the value itself is never shown."""
    return Problem(
        "plaintext-credential",
        f"{quote_key(route[-1] if isinstance(route[-1], str) else route[-2])} holds what looks like a credential",
        document,
        route,
        object=about,
        hint="keep it in the secret back end and name its record under `robots[].secret`; if it was real, rotate it",
    )
