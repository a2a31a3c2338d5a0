"""A Kustomize root → the objects it builds, each led back to the file that says it.

The real `kustomize` or `kubectl` builds it, where one is on PATH. Otherwise what it lists under `resources:` is read, with
its `namespace:`, and a note says what was left out. A remote base is never fetched: `check` opens no connection.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mooring.document import Document, read_manifests
from mooring.files import Boundary, Unreadable, shown
from mooring.position import Route
from mooring.problem import Problem, Source
from mooring.redaction import quote

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_SIMPLE = frozenset({"apiVersion", "kind", "metadata", "resources", "namespace"})
_REMOTE = ("://", "?ref=", "git@", "github.com/")
_PATIENCE = 120  # seconds for one build


@dataclass(slots=True)
class Built:
    """`documents` are the built objects, `sources` those of the files that were taken in."""

    documents: list[Document] = field(default_factory=list)
    sources: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def file_of(directory: Path, boundary: Boundary) -> Path | None:
    """The kustomization of a directory."""
    return next((directory / name for name in NAMES if boundary.is_file(directory / name)), None)


def _entries(directory: Path, boundary: Boundary) -> tuple[Document | None, list[str]]:
    path = file_of(directory, boundary)
    try:
        documents = read_manifests(boundary.read(path), shown(path))[0] if path else []
    except Unreadable:
        documents = []
    data = documents[0].data if documents and isinstance(documents[0].data, Mapping) else {}
    named = [data.get(key) for key in ("resources", "bases", "components")]
    entries = [str(entry) for listed in named if isinstance(listed, list) for entry in listed]
    return (documents[0] if documents else None), entries


def bases(directory: Path, boundary: Boundary) -> set[Path]:
    """The directories that a root takes in itself."""
    targets = (directory / entry for entry in _entries(directory, boundary)[1] if not _is_remote(entry))
    return {Path(boundary.real(target)) for target in targets if boundary.is_folder(target)}


def _is_remote(entry: str) -> bool:
    return any(mark in entry for mark in _REMOTE)


def build(directory: Path, boundary: Boundary) -> Built:
    """The objects of a root. What cannot be built is a problem, and what could be read of it goes on."""
    built = Built()
    remote = list(_gather(directory, boundary, built, set(), ""))
    command = _builder()
    place = shown(file_of(directory, boundary) or directory)
    if remote:
        _note(
            built, place, f"{quote(remote[0], 'path')} is a remote base, which is not fetched: what it brings is not known"
        )
    elif command is None:
        changed = [document for document in built.sources if _kustomization_does_more(document)]
        for document in changed:
            _note(built, document.path, "neither `kustomize` nor `kubectl` is on PATH: what this changes is not known")
    else:
        return _run([*command, str(directory.absolute())], directory, place, built)
    built.documents = [document for document in built.sources if not _is_kustomization(document)]
    return built


def _note(built: Built, place: str, message: str) -> None:
    built.problems.append(Problem("not-at-hand", message, file=place))


def _is_kustomization(document: Document) -> bool:
    return document.path.rpartition("/")[2] in NAMES


def _kustomization_does_more(document: Document) -> bool:
    return _is_kustomization(document) and isinstance(document.data, Mapping) and bool(set(document.data) - _SIMPLE)


def _builder() -> list[str] | None:
    if found := shutil.which("kustomize"):
        return [found, "build"]
    return [found, "kustomize"] if (found := shutil.which("kubectl")) else None


def _run(command: Sequence[str], directory: Path, place: str, built: Built) -> Built:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        built.problems.append(Problem("unsupported-kustomization", "its build does not end", file=place))
        return built
    if done.returncode != 0:
        message = "Kustomize cannot build it"
        built.problems.append(Problem("unsupported-kustomization", message, file=place))
        return built
    built.documents, problems = read_manifests(done.stdout, place)
    built.problems += problems
    return built


def _gather(directory: Path, boundary: Boundary, built: Built, seen: set[Path], namespace: str) -> Iterator[str]:
    """Reads the files of a root and of its bases, with the outermost `namespace:`; yields its remote bases."""
    if directory.resolve() in seen:
        return
    seen.add(directory.resolve())
    document, entries = _entries(directory, boundary)
    if document is not None:
        built.sources.append(document)
        own = document.data.get("namespace") if isinstance(document.data, Mapping) else None
        namespace = namespace or (own if isinstance(own, str) else "")
    for entry in entries:
        target = Path(os.path.normpath(directory / entry))
        if _is_remote(entry):
            yield entry
        elif boundary.is_folder(target):
            yield from _gather(target, boundary, built, seen, namespace)
        elif boundary.is_file(target):
            for found in read_manifests(boundary.read(target), shown(target))[0]:
                found.data = _placed(found.data, namespace)
                built.sources.append(found)


def _placed(data: Any, namespace: str) -> Any:
    metadata = data.get("metadata") if isinstance(data, Mapping) else None
    if not namespace or not isinstance(metadata, Mapping) or str(data.get("kind", "")).startswith("Cluster"):
        return data
    return {**data, "metadata": {**metadata, "namespace": namespace}}


class Origins:
    """Leads a built object back to the file that writes it."""

    def __init__(self, sources: Sequence[Document]) -> None:
        self._by_name: dict[tuple[str, ...], Document] = {}
        for document in sources:
            if isinstance(document.data, Mapping):
                *name, namespace = _identity(document.data)
                self._by_name.setdefault((*name, namespace), document)
                self._by_name.setdefault(tuple(name), document)

    def of(self, data: Mapping[str, Any], built: Document, route: Route) -> tuple[Source, Route]:
        """The document to show a problem of `data` in: its file's, else the kustomization that makes it."""
        # A patch may have given it another namespace.
        identity = _identity(data)
        found = self._by_name.get(identity) or self._by_name.get(identity[:-1])
        if found is not None:
            return found, ()
        return _Whole(built.path), route


def _identity(data: Mapping[str, Any]) -> tuple[str, ...]:
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    return str(data.get("apiVersion")), str(data.get("kind")), str(metadata.get("name")), str(metadata.get("namespace"))


@dataclass(frozen=True, slots=True)
class _Whole:
    """A kustomization as a whole: what it generates stands on no line of it."""

    path: str
    text: str = ""

    def locate(self, _route: Route, *, key: bool = False) -> None:
        return None

    def has(self, _route: Route) -> bool:
        return False
