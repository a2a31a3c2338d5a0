"""PATHs of `mooring check` → the objects they hold: files, directories, Kustomize roots, standard input.

What cannot be read is a problem and the rest goes on; what is no manifest is skipped and counted. A directory is walked;
Kustomize roots in it that no other root takes in are built, because only the built form is what a cluster gets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mooring import kustomization, redaction
from mooring.files import Absent, Boundary, Unreadable, display_path, read_stream, repository_of, tell
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.yaml.document import Document, read_manifests

ENDINGS = (".yaml", ".yml", ".json")
# Files of tools, which no cluster is given.
_TOOLS = ("kustomize.config.k8s.io/", "mooring.dev/", "cli.kyverno.io/", "kind.x-k8s.io/", "skaffold/")


@dataclass(frozen=True, slots=True)
class InputObject:
    """One object: its `source` and the route `base` in it; `path` is the file or the Kustomize root it was found by."""

    data: Mapping[str, Any]
    source: Source
    base: Route
    path: Path | None


@dataclass(slots=True)
class Inputs:
    """What the paths held. `skipped` counts files that are no manifests; `unreadable` is a path that does not exist."""

    found: list[InputObject] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: int = 0
    unreadable: bool = False

    def skip(self, *paths: Path) -> None:
        """Counts what is no manifest."""
        self.skipped += len(paths)
        for path in paths:
            tell("skipped", path)


def read(paths: Sequence[str]) -> Inputs:
    """The objects of files, directories, Kustomize roots, and of standard input for `-`."""
    inputs = Inputs()
    for written in dict.fromkeys(paths):
        if written == "-":
            _standard_input(inputs)
            continue
        path = Path(written)
        boundary = repository_of(path)
        if boundary.is_folder(path):
            _directory(path, boundary, inputs)
        else:
            _file(path, boundary, inputs, chosen=True)
    return inputs


def _standard_input(inputs: Inputs) -> None:
    try:
        raw = read_stream(sys.stdin.buffer, "<stdin>")
    except Unreadable as error:
        inputs.problems.append(Problem("bad-path", f"standard input {error.why}", file="<stdin>", hint=error.hint))
        return
    _documents(raw, "<stdin>", None, inputs, chosen=True)


def _unreadable(error: Unreadable) -> Problem:
    """The problem of a file or folder that was not read."""
    place = redaction.shown(display_path(error.path), "file")  # an address may be given for a path
    return Problem("bad-path", f"`{place}` {error.why}", file=place, hint=error.hint)


def _directory(top: Path, boundary: Boundary, inputs: Inputs) -> None:
    files, roots = _walk(top, boundary, inputs)
    for root in _outermost(roots, boundary):
        built = kustomization.build(root, boundary)
        inputs.problems += built.problems
        origins = kustomization.Origins(Path(boundary.real(root)), built.sources)
        for document in built.documents:
            for route, data in items(document.data):
                if _is_manifest(data):
                    own, source, base = origins.of(data, document, route)
                    inputs.found.append(InputObject(own, source, base, root))
    for path in files:
        # What a root does not take in is not deployed by it.
        if not any(path.is_relative_to(root) for root in roots):
            _file(path, boundary, inputs, chosen=False)


def _outermost(roots: list[Path], boundary: Boundary) -> Iterator[Path]:
    """The roots to build, so that each root is built or taken in by one that is: of those that go in circles the first."""
    bases = {Path(boundary.real(root)): kustomization.bases(root, boundary) for root in roots}
    taken = {base for root, found in bases.items() for base in found if base != root}
    reached: set[Path] = set()
    for root in sorted(roots, key=lambda root: Path(boundary.real(root)) in taken):
        real = Path(boundary.real(root))
        if real in reached:
            continue
        yield root
        waiting = [real]
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting += bases.get(here, ())


def _walk(top: Path, boundary: Boundary, inputs: Inputs) -> tuple[list[Path], list[Path]]:
    """The files below a directory, and the directories that hold a kustomization."""
    files: list[Path] = []
    roots: list[Path] = []

    for folder in boundary.walk(top, lambda error: inputs.problems.append(_unreadable(error))):
        if "Chart.yaml" in folder.files and "templates" in folder.folders:
            folder.folders.remove("templates")  # Go templates are no YAML: `helm template … | mooring check -`
            inputs.skip(folder.path / "templates")
        if "kyverno-test.yaml" in folder.files:
            # The objects of a policy's suite are there to be refused.
            inputs.skip(*(folder.path / name for name in folder.files))
            folder.folders.clear()
            continue
        folder.folders[:] = [name for name in folder.folders if not name.startswith(".") and name != "node_modules"]
        if kustomization.file_of(folder.path, boundary) is not None:
            roots.append(folder.path)
        files += [folder.path / name for name in folder.files]
    return files, roots


def _file(path: Path, boundary: Boundary, inputs: Inputs, *, chosen: bool) -> None:
    if not chosen and path.suffix not in ENDINGS:
        inputs.skip(path)
        return
    try:
        raw = boundary.read(path)
    except Unreadable as error:
        inputs.unreadable |= chosen and isinstance(error, Absent)
        inputs.problems.append(_unreadable(error))
        return
    _documents(raw, display_path(path), path, inputs, chosen=chosen)


def _documents(raw: bytes, name: str, path: Path | None, inputs: Inputs, *, chosen: bool) -> None:
    documents, problems = read_manifests(raw, name)
    inputs.problems += problems
    before = len(inputs.found)
    strangers: list[tuple[Document, Route]] = []
    for document in documents:
        for route, data in items(document.data):
            if _is_manifest(data):
                inputs.found.append(InputObject(data, document, route, path))
            elif not (isinstance(data, Mapping) and str(data.get("apiVersion", "")).startswith(_TOOLS)):
                strangers.append((document, route))
    if strangers and (chosen or len(inputs.found) > before):
        message = "this is not a Kubernetes object, which has `apiVersion`, `kind` and `metadata.name`"
        inputs.problems += [Problem("schema", message, document, route) for document, route in strangers]
    elif len(inputs.found) == before and not problems:
        inputs.skip(path or Path(name))


def items(data: Any) -> Iterator[tuple[Route, Any]]:
    """The objects of a document: itself, or those of a `List`."""
    listed = data.get("items") if isinstance(data, Mapping) and str(data.get("kind", "")).endswith("List") else None
    if isinstance(listed, list):
        for index, item in enumerate(listed):
            yield ("items", index), item
    else:
        yield (), data


def _is_manifest(data: Any) -> bool:
    if not isinstance(data, Mapping) or not isinstance(data.get("metadata"), Mapping):
        return False
    names = (data.get("apiVersion"), data.get("kind"), data["metadata"].get("name") or data["metadata"].get("generateName"))
    return all(isinstance(name, str) and name for name in names) and not str(names[0]).startswith(_TOOLS)
