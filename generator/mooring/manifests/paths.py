"""PATHs of `mooring check` → the objects they hold: files, directories, Kustomize roots, standard input.

What cannot be read is a problem and the rest goes on; what is no manifest is skipped and counted. A directory is walked;
Kustomize roots in it that no other root takes in are built, because only the built form is what a cluster gets.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from mooring import kustomization, redaction
from mooring.files import Absent, Boundary, Folder, Unreadable, display_path, exists, read_stream, real, repository_of, tell
from mooring.manifests.looks import is_no_manifest
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.yaml.document import Document, read_manifests

STDIN = "<stdin>"  # what standard input is called
ENDINGS = (".yaml", ".yml", ".json")
# Files of tools, which no cluster is given.
_TOOLS = ("kustomize.config.k8s.io/", "mooring.dev/", "cli.kyverno.io/", "kind.x-k8s.io/", "skaffold/")


@dataclass(frozen=True, slots=True)
class InputObject:
    """One object: its `source` and the route `base` in it; `path` is the file or the Kustomize root it was found by, and
    `root` that root as it is shown.

    Parts of its root that were not seen may hold further objects (`is_partial`), or change this one (`is_unsure`);
    `changes` are those that were.
    """

    data: Mapping[str, Any]
    source: Source
    base: Route
    path: Path | None
    root: str | None = None
    is_partial: bool = False
    is_unsure: bool = False
    changes: kustomization.Changes | None = None


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


@dataclass(slots=True)
class _Walked:
    """What was found below the paths given, links resolved: files and roots, as they were reached first; `named` are the
    files that were given themselves."""

    files: dict[Path, tuple[Path, Boundary]] = field(default_factory=dict)
    roots: dict[Path, tuple[Path, Boundary]] = field(default_factory=dict)
    named: set[Path] = field(default_factory=set)
    excluded: Sequence[str] = ()

    def leaves_out(self, path: Path) -> bool:
        """Whether a pattern is for the path: one without `/` for any name in it, another for the path from its beginning."""
        shown = display_path(path)
        above = [shown, *(parent.as_posix() for parent in Path(shown).parents)]
        return any(
            any(fnmatchcase(one, pattern) for one in (above if "/" in pattern else Path(shown).parts))
            for pattern in self.excluded
        )


class GivenFile(NamedTuple):
    """A file that is still to be read: `named` was given itself, and `chosen` by somebody who takes it for a manifest."""

    path: Path
    boundary: Boundary
    named: bool
    chosen: bool

    def read(self, inputs: Inputs) -> None:
        """Adds what it holds."""
        _file(self.path, self.boundary, inputs, named=self.named, chosen=self.chosen)


def read(paths: Sequence[str], *, changed: bool = False) -> Inputs:
    """The objects of files, directories, Kustomize roots, and of standard input for `-`: `find`, and all files read."""
    inputs, files = find(paths, changed=changed, exclude=(), helm=False)
    for file in files:
        file.read(inputs)
    return inputs


def find(paths: Sequence[str], *, changed: bool, exclude: Sequence[str], helm: bool) -> tuple[Inputs, list[GivenFile]]:
    """What Kustomize roots and standard input (`-`) hold, and the files that are to be read beside them.

    A file that is named must hold manifests; with `changed` the paths are what a commit changes, whatever they hold. What a
    pattern of `exclude` is for is skipped. With `helm`, charts of the repository are rendered.
    """
    inputs, walked = Inputs(), _Walked(excluded=[pattern.removeprefix("./").rstrip("/") for pattern in exclude])
    for written in dict.fromkeys(paths):
        if written == "-":
            _standard_input(inputs)
            continue
        path = Path(written)
        boundary = repository_of(path)
        if walked.leaves_out(path):
            inputs.skip(path)
        elif boundary.is_folder(path):
            _walk(path, boundary, inputs, walked)
        elif changed and _is_of_chart(path):
            inputs.skip(path)
        else:
            place = real(path.parent) / path.name
            walked.named.add(place)
            walked.files.setdefault(place, (path, boundary))
    taken = _build(walked, inputs, helm=helm)
    files = []
    for place, (path, boundary) in walked.files.items():
        named = place in walked.named
        # What a root takes in is judged by what it comes to; what it does not take in is not deployed by it.
        if place not in taken and (named or walked.roots.keys().isdisjoint(place.parents)):
            files.append(GivenFile(path, boundary, named, named and not changed))
    return inputs, files


def _is_of_chart(path: Path) -> bool:
    """Whether the file is one of a chart's templates, which are no YAML: `helm template … | mooring check -`."""
    return any(above.name == "templates" and exists(above.parent / "Chart.yaml") for above in path.parents)


def _standard_input(inputs: Inputs) -> None:
    try:
        raw = read_stream(sys.stdin.buffer, STDIN)
    except Unreadable as error:
        inputs.problems.append(Problem("bad-path", f"standard input {error.why}", file=STDIN, hint=error.hint))
        return
    _documents(raw, STDIN, None, inputs, chosen=True)


def of_document(document: Document) -> Inputs:
    """The objects of one that was read already, and is to hold nothing else."""
    inputs = Inputs()
    inputs.problems += map(_stranger, _objects(document, None, inputs))
    return inputs


def _unreadable(error: Unreadable) -> Problem:
    """The problem of a file or folder that was not read."""
    place = redaction.shown(display_path(error.path), "file")  # an address may be given for a path
    return Problem("bad-path", f"`{place}` {error.why}", file=place, hint=error.hint)


def _build(walked: _Walked, inputs: Inputs, *, helm: bool) -> set[Path]:
    """Builds each root that no other one takes in; gives the files that the builds took in."""
    if not walked.roots:
        return set()
    # Threads and other programs, which most runs do not need.
    from mooring.manifests.roots import build_all

    taken: set[Path] = set()
    roots = {place: walked.roots[place] for place in _outermost(walked.roots)}
    for place, built in build_all(roots, helm=helm).items():
        root, _ = roots[place]
        shown = display_path(root)
        inputs.problems += [dataclasses.replace(problem, root=shown) for problem in built.problems]
        taken |= built.taken
        origins = kustomization.Origins(place, built.sources)
        for document in built.documents:
            for route, data in items(document.data):
                if _is_manifest(data):
                    own, source, base = origins.of(data, document, route)
                    found = InputObject(own, source, base, root, shown, bool(built.gaps), built.is_unsure, built.changes)
                    inputs.found.append(found)
    return taken


def _outermost(roots: Mapping[Path, tuple[Path, Boundary]]) -> Iterator[Path]:
    """The roots to build, so that each root is built or taken in by one that is: of those that go in circles the first."""
    bases = {place: kustomization.bases(root, boundary) for place, (root, boundary) in roots.items()}
    taken = {base for place, found in bases.items() for base in found if base != place}
    reached: set[Path] = set()
    for place in sorted(roots, key=lambda place: place in taken):
        if place in reached:
            continue
        yield place
        waiting = [place]
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting += bases.get(here, ())


def _walk(top: Path, boundary: Boundary, inputs: Inputs, walked: _Walked) -> None:
    """Adds the files below a directory, and the directories that hold a kustomization."""
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
        _exclude(folder, inputs, walked)
        here = real(folder.path)
        if kustomization.file_of(folder.path, boundary) is not None:
            walked.roots.setdefault(here, (folder.path, boundary))
        for name in folder.files:
            walked.files.setdefault(here / name, (folder.path / name, boundary))


def _exclude(folder: Folder, inputs: Inputs, walked: _Walked) -> None:
    """Takes out of a folder what is to be left out of the walk."""
    if walked.excluded:
        for names in (folder.folders, folder.files):
            left = [name for name in names if walked.leaves_out(folder.path / name)]
            inputs.skip(*(folder.path / name for name in left))
            names[:] = [name for name in names if name not in left]


def _file(path: Path, boundary: Boundary, inputs: Inputs, *, named: bool, chosen: bool) -> None:
    if not chosen and path.suffix not in ENDINGS:
        inputs.skip(path)
        return
    try:
        raw = boundary.read(path)
    except Unreadable as error:
        inputs.unreadable |= named and isinstance(error, Absent)
        inputs.problems.append(_unreadable(error))
        return
    _documents(raw, display_path(path), path, inputs, chosen=chosen)


def _documents(raw: bytes, name: str, path: Path | None, inputs: Inputs, *, chosen: bool) -> None:
    """Adds the objects of a text; one without any is skipped, unless somebody has `chosen` it."""
    documents, problems = read_manifests(raw, name)
    before = len(inputs.found)
    strangers: list[tuple[Document, Route]] = []
    for document in documents:
        strangers += _objects(document, path, inputs)
    if problems and not chosen and len(inputs.found) == before and is_no_manifest(raw, Path(name).name, problems):
        problems, strangers = [], []
    inputs.problems += problems
    if strangers and (chosen or len(inputs.found) > before):
        inputs.problems += map(_stranger, strangers)
    elif len(inputs.found) == before and not problems:
        inputs.skip(path or Path(name))


def _objects(document: Document, path: Path | None, inputs: Inputs) -> list[tuple[Document, Route]]:
    """Adds the objects of a document; gives the places of what is neither one nor a tool's own."""
    strangers: list[tuple[Document, Route]] = []
    for route, data in items(document.data):
        if _is_manifest(data):
            inputs.found.append(InputObject(data, document, route, path))
        elif not (isinstance(data, Mapping) and str(data.get("apiVersion", "")).startswith(_TOOLS)):
            strangers.append((document, route))
    return strangers


def _stranger(place: tuple[Document, Route]) -> Problem:
    return Problem("schema", "this is not a Kubernetes object, which has `apiVersion`, `kind` and `metadata.name`", *place)


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
