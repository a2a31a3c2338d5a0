"""Builds a root by the real Kustomize, in a copy of what was read; without one, as far as mooring knows how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mooring import files, programs
from mooring.kustomization.annotations import is_local
from mooring.kustomization.changes import Changes
from mooring.kustomization.closure import gather
from mooring.kustomization.fields import CODE
from mooring.kustomization.gaps import Gap
from mooring.kustomization.given import Closure
from mooring.kustomization.rootfile import file_of
from mooring.kustomization.said import reworded
from mooring.kustomization.unmatched import leave_all, leave_unmatched
from mooring.problems.problem import Problem
from mooring.yaml.document import Document, read_manifests

# What one that is not built knows how to do without Kustomize.
_SIMPLE = frozenset({"apiVersion", "kind", "metadata", "resources", "namespace"})
LIMITS = programs.Limits(seconds=120, size=64_000_000)


@dataclass(slots=True)
class Built:
    """`documents` are the built objects, `sources` those of the files that were `taken` in, links resolved.

    `changes` leads their values back to patches.
    `gaps` are the parts that were left out; with `is_unsure`, what was left out could change any of the objects.
    """

    documents: list[Document] = field(default_factory=list)
    sources: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: frozenset[Path] = frozenset()
    gaps: list[Gap] = field(default_factory=list)
    is_unsure: bool = False
    changes: Changes | None = None


def build(directory: Path, boundary: files.Boundary, *, helm: bool = False) -> Built:
    """The objects of a root. What cannot be built is a problem, and what could be read of it goes on.

    With `helm`, charts that lie in the repository are rendered by the one on PATH.
    """
    builder = _builder(boundary)
    program = programs.find("helm", boundary.root) if helm and builder is not None else None
    closure = gather(directory, boundary, helm=program, asked=helm)
    built = Built(sources=[*closure.kustomizations, *closure.resources], problems=list(closure.problems))
    built.changes = Changes(closure)
    built.taken = frozenset(closure.boundary.root / name for name in closure.files)
    if closure.problems:
        return built
    leave_unmatched(closure)
    if builder is not None:
        _build(builder, directory, closure, built)
    else:
        _read(closure, built)
        files.tell("built", directory)
    built.gaps = closure.gaps
    built.is_unsure |= any(gap.changes for gap in closure.gaps)
    built.problems += [gap.note() for gap in closure.gaps]
    return built


def build_whole(directory: Path, boundary: files.Boundary) -> Built | None:
    """The objects of a root of which nothing may be left out: a gap is a problem. None where there is no builder."""
    builder = _builder(boundary)
    if builder is None:
        return None
    closure = gather(directory, boundary)
    built = Built(sources=[*closure.kustomizations, *closure.resources], problems=list(closure.problems), gaps=closure.gaps)
    for gap in closure.gaps:
        built.problems.append(Problem(CODE, gap.message, gap.document, gap.route, hint="commit its built output"))
    if not built.problems and (refused := _run(builder, directory, closure, built)) is not None:
        built.problems.append(refused)
    return built


def _build(builder: tuple[programs.Program, str], directory: Path, closure: Closure, built: Built) -> None:
    """Builds what is left of the closure; where a part that is left out is why that fails, with less of it."""
    refused = _run(builder, directory, closure, built)
    if refused is not None and closure.gaps and leave_all(closure):
        refused = _run(builder, directory, closure, built)
    if refused is not None:
        built.problems.append(refused)


def _read(closure: Closure, built: Built) -> None:
    """The objects of the files, where no program can build them."""
    built.problems += closure.unread
    changing = [document for document in closure.kustomizations if _does_more(document)]
    if not changing:
        built.problems += _repeated(closure.resources)
    for document in changing:
        message = "cannot build this root: neither `kustomize` nor `kubectl` is on PATH"
        built.problems.append(Problem("not-at-hand", message, file=document.path))
    built.is_unsure = bool(changing)
    built.documents = list(_objects(closure.resources))


def _does_more(kustomization: Document) -> bool:
    return isinstance(kustomization.data, Mapping) and bool(set(kustomization.data) - _SIMPLE)


def _repeated(resources: list[Document]) -> Iterator[Problem]:
    """The objects that stand twice, where none is renamed."""
    seen: set[tuple[str, ...]] = set()
    for document in resources:
        data = document.data
        listed = data.get("items") if isinstance(data, Mapping) else None
        for route, item in enumerate(listed) if isinstance(listed, list) else [(-1, data)]:
            metadata = item.get("metadata") if isinstance(item, Mapping) else None
            if not isinstance(metadata, Mapping) or not metadata.get("name"):
                continue
            names = (item.get("apiVersion"), item.get("kind"), metadata["name"], metadata.get("namespace") or "default")
            identity = tuple(map(str, names))
            if identity in seen:
                place = () if route < 0 else ("items", route)
                message = "this root has this object twice, and Kustomize refuses that"
                yield Problem(CODE, message, document, (*place, "metadata", "name"), hint="keep one of them")
            seen.add(identity)


def _objects(resources: list[Document]) -> Iterator[Document]:
    """The documents of resources, without the objects that Kustomize leaves out."""
    for document in resources:
        if is_local(document.data):
            continue
        data = document.data
        if isinstance(data, Mapping) and str(data.get("kind", "")).endswith("List") and isinstance(data.get("items"), list):
            # The others keep their places.
            document.data = {**data, "items": [None if is_local(item) else item for item in data["items"]]}
        yield document


def _builder(boundary: files.Boundary) -> tuple[programs.Program, str] | None:
    """The program and the command of it that builds a root."""
    for name, command in (("kustomize", "build"), ("kubectl", "kustomize")):
        if (found := programs.find(name, boundary.root)) is not None:
            return found, command
    return None


def _options(closure: Closure) -> list[str | Path]:
    """What Kustomize is told beside the root: which program renders charts, where some are kept."""
    if closure.helm is None or not closure.charts:
        return []
    return ["--enable-helm", "--helm-command", closure.helm.path]


def _run(builder: tuple[programs.Program, str], directory: Path, closure: Closure, built: Built) -> Problem | None:
    """Builds a copy of the closure, with nothing of the repository or of the caller in reach; a problem where that fails."""
    program, command = builder
    place = files.display_path(file_of(directory, closure.boundary) or directory)
    root = closure.boundary.root
    try:
        with files.scratch() as folder:
            target = folder / "tree" / Path(closure.boundary.real(directory)).relative_to(root)
            files.lay_out(folder / "tree", closure.files)
            files.lay_out(folder / "home", {})
            options = _options(closure)
            done = programs.run(program, [command, *options, target], folder / "home", root, LIMITS)
            tree = str(folder / "tree")
    except programs.Failed as failed:
        return Problem(CODE, f"cannot build this root: {failed}", file=place)
    except OSError as error:
        why = error.strerror or "no folder for temporary files can be written to"
        return Problem(CODE, f"cannot copy this root into a temporary folder: {why}", file=place)
    said = done.errors.decode("utf-8", "replace").replace(f"{tree}/", "").replace(tree, ".")
    if done.code != 0:
        return Problem(CODE, f"Kustomize cannot build it: {reworded(said, closure)}", file=place)
    files.tell("built", directory)
    built.documents, problems = read_manifests(done.output, place)
    built.problems += problems
    return None
