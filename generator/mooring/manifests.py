"""A service's `manifests:`: a file, a directory of files (both are copied), or a kustomization directory (a base).

Mooring must know the built form without building it, so a kustomization may do nothing but list `resources:`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mooring.catalog import Catalog
from mooring.document import Document, read_manifests
from mooring.files import Boundary, shown
from mooring.fleet import model
from mooring.inputs import ENDINGS, items
from mooring.kustomization import file_of
from mooring.position import Route
from mooring.problem import Problem
from mooring.redaction import quote, quote_key
from mooring.subject import Subject, service_problem

# https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ : everything else changes what is built.
_PLAIN_KEYS = frozenset({"apiVersion", "kind", "metadata", "resources"})


@dataclass(frozen=True, slots=True)
class Manifests:
    """What `manifests:` came to: `copies` are (path below the service's folder, text), `base` a directory instead."""

    copies: tuple[tuple[str, str], ...]
    base: Path | None
    subjects: tuple[Subject, ...]


def read(service: model.Service, root: Path, catalog: Catalog) -> tuple[Manifests, list[Problem]]:
    """The manifests of a service whose fleet file stands in `root` or below it."""
    problems: list[Problem] = []
    documents: list[Document] = []
    copies: list[tuple[str, str]] = []
    start = _start(service, root, problems)
    base = None
    if start is not None and start.is_dir() and file_of(start, Boundary(root)):
        base = start
        for path in _resources(start, service, root, problems, frozenset()):
            documents += _read(path, problems)[1]
    elif start is not None:
        for path in [start] if start.is_file() else sorted(p for p in start.rglob("*") if p.suffix in ENDINGS):
            if not _inside(path, root, service, problems):
                continue
            text, found = _read(path, problems)
            name = path.name if start.is_file() else path.relative_to(start).as_posix()
            copies.append((name if not name.endswith(".json") else f"{name}.yaml", text))
            documents += found
    if start is not None and not documents and not problems:
        problems.append(
            service_problem(service, "bad-path", f"{quote(service.manifests, 'path')} holds no manifest", "manifests")
        )
    subjects = [subject for document in documents for subject in _subjects(document, service, catalog, problems)]
    return Manifests(tuple(copies), base, tuple(subjects)), problems


def _start(service: model.Service, root: Path, problems: list[Problem]) -> Path | None:
    written = service.manifests or ""
    here = Path(service.place.source.path).absolute().parent if service.place else root
    path = here / written
    if not _inside(path, root, service, problems):
        return None
    if not path.exists():
        problems.append(service_problem(service, "bad-path", f"{quote(written, 'path')} does not exist", "manifests"))
        return None
    return path


def _inside(path: Path, root: Path, service: model.Service, problems: list[Problem]) -> bool:
    if path.resolve().is_relative_to(root.resolve()):
        return True
    what = "is a link out of" if path.is_symlink() else "leaves"
    hint = "manifests stand in the repository of the fleet file, so that a review sees them"
    name = service.manifests if not path.is_symlink() else shown(path)
    problems.append(
        service_problem(service, "bad-path", f"{quote(name, 'path')} {what} the repository", "manifests", hint=hint)
    )
    return False


def _read(path: Path, problems: list[Problem]) -> tuple[str, list[Document]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.append(
            Problem("bad-path", f"{quote(shown(path), 'file')} cannot be read: {error.strerror}", file=shown(path))
        )
        return "", []
    documents, found = read_manifests(raw, shown(path))
    problems += found
    return raw.decode("utf-8-sig", "replace"), documents


def _resources(
    directory: Path, service: model.Service, root: Path, problems: list[Problem], above: frozenset[Path]
) -> Iterator[Path]:
    """The files that a kustomization takes in, those of the directories it takes in included."""
    path = file_of(directory, Boundary(root))
    if path is None or directory.resolve() in above:
        message = "takes itself in" if path else "is no kustomization directory"
        problems.append(
            Problem("unsupported-kustomization", f"{quote(shown(directory), 'file')} {message}", file=shown(directory))
        )
        return
    for document in _read(path, problems)[1]:
        data = document.data if isinstance(document.data, Mapping) else {}
        for key in data:
            if key not in _PLAIN_KEYS:
                problems.append(
                    Problem(
                        "unsupported-kustomization", f"{quote_key(key)} "
                        "changes what is built", document, (key,), at_key=True,
                        expected="`resources` only",
                        hint="point `manifests:` at plain files, or commit the built form",
                    )
                )  # fmt: skip
        entries = data.get("resources")
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            target = directory / str(entry)
            route: Route = ("resources", index)
            if "://" in str(entry) or "?ref=" in str(entry) or str(entry).startswith("git@"):
                problems.append(
                    Problem("unsupported-kustomization", f"{quote(entry, 'path')} is a remote base", document, route)
                )
            elif not target.exists():
                problems.append(Problem("bad-path", f"{quote(entry, 'path')} does not exist", document, route))
            elif not target.resolve().is_relative_to(root.resolve()):
                problems.append(Problem("bad-path", f"{quote(entry, 'path')} leaves the repository", document, route))
            elif target.is_dir():
                yield from _resources(target, service, root, problems, above | {directory.resolve()})
            else:
                yield target


def _subjects(document: Document, service: model.Service, catalog: Catalog, problems: list[Problem]) -> Iterator[Subject]:
    for route, data in items(document.data):
        metadata = data.get("metadata") if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(metadata, Mapping) or not metadata.get("name"):
            message = "a manifest is a mapping with `apiVersion`, `kind` and `metadata.name`"
            problems.append(Problem("schema", message, document, route))
            continue
        api_version, kind = str(data.get("apiVersion", "")), str(data.get("kind", ""))
        info = catalog.kind(api_version, kind)
        if info is None:
            message = f"no schema is known for {quote(api_version, 'choice')} {quote(kind, 'choice')}"
            problems.append(Problem("no-schema", message, document, (*route, "kind")))
            continue
        subject = Subject(document, route, _placed(data, service), info, service)
        namespace = metadata.get("namespace")
        if info.scope == "Cluster":
            problems.append(
                subject.problem(
                    "namespaced-cluster-resource", f"a `{kind}` stands in no namespace", ("kind",),
                    hint="make it a service of the fleet without `namespace:`, or keep it in a root of its own",
                )
            )  # fmt: skip
            continue
        if namespace is not None and namespace != service.namespace:
            message = f"{quote(kind, 'choice')} {quote(metadata['name'], 'name')} names namespace {quote(namespace, 'name')}"
            problems.append(
                subject.problem(
                    "unknown-reference", message, ("metadata", "namespace"), expected=quote(service.namespace, "name")
                )
            )
            continue
        yield subject


def _placed(data: Mapping[str, Any], service: model.Service) -> Mapping[str, Any]:
    """The object as Kustomize's `namespace:` leaves it."""
    metadata = data["metadata"]
    if metadata.get("namespace") == service.namespace:
        return data
    return {**data, "metadata": {**metadata, "namespace": service.namespace}}
