"""A service's `manifests:`: a file, a directory of files (both are copied), or a kustomization directory (a base).

A kustomization that does more than list `resources:` is built by the real Kustomize, and refused where there is none:
mooring must know the built form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from mooring import kustomization
from mooring.files import Boundary, Unreadable, display_path, exists
from mooring.fleet import model
from mooring.kustomization.fields import CODE
from mooring.kustomization.given import Closure
from mooring.manifests.checking import check, is_namespaced_by_kustomize, namespaced, no_schema
from mooring.manifests.paths import ENDINGS, items
from mooring.manifests.service import ServiceObject, service_problem
from mooring.problems.position import Route
from mooring.problems.problem import Problem, Source
from mooring.redaction import quote
from mooring.schema.catalog import Catalog
from mooring.yaml.definitions import defines_kind
from mooring.yaml.document import Document, read_manifests

_HINT = "manifests stand in the repository of the fleet file, so that a review sees them"


class _Found(NamedTuple):
    """An object, and the place that says it."""

    data: Any
    source: Source
    route: Route


class Other(NamedTuple):
    """An object that reaches the cluster with the rest and runs no pod that mooring knows: its file, and it as built."""

    path: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Manifests:
    """What `manifests:` came to: `copies` are (path below the service's folder, text), `base` a directory instead."""

    copies: tuple[tuple[str, str], ...]
    base: Path | None
    subjects: tuple[ServiceObject, ...]
    others: tuple[Other, ...] = ()


def read(service: model.Service, root: Path, catalog: Catalog) -> tuple[Manifests, list[Problem]]:
    """The manifests of a service whose fleet file stands in `root` or below it."""
    boundary = Boundary(root)
    problems: list[Problem] = []
    found: list[_Found] = []
    copies: list[tuple[str, str]] = []
    start = _start(service, boundary, problems)
    base = None
    if start is not None and boundary.is_folder(start) and kustomization.file_of(start, boundary):
        base = start
        found = [*_of_base(start, boundary, problems)]
    elif start is not None:
        closure = Closure(boundary)
        for path, name in _files(start, service, boundary, problems):
            text, documents = _read(path, service, closure)
            copies.append((name if not name.endswith(".json") else f"{name}.yaml", text))
            found += _of_documents(documents)
        problems += [*closure.problems, *closure.unread]
    if start is not None and not found and not problems:
        problems.append(
            service_problem(service, "bad-path", f"{quote(service.manifests, 'path')} holds no manifest", "manifests")
        )
    objects = [*_once(found, service, catalog, problems)]
    subjects = tuple(one for one in objects if isinstance(one, ServiceObject))
    others = tuple(one for one in objects if isinstance(one, Other))
    return Manifests(tuple(copies), base, subjects, others), problems


def _start(service: model.Service, boundary: Boundary, problems: list[Problem]) -> Path | None:
    """The file or folder that `manifests:` names; None, and a problem, where it may not be one."""
    written = service.manifests or ""
    here = Path(service.place.source.path).absolute().parent if service.place else boundary.root
    path, named = here / written, quote(written, "path")
    try:
        real = Path(boundary.real(path))
    except Unreadable as error:
        problems.append(service_problem(service, "bad-path", f"{named} {error.why}", "manifests", hint=_HINT))
        return None
    message, hint = "", ""
    if not exists(path):
        message = f"{named} does not exist"
    elif _is_written_to(real, boundary):
        message, hint = f"{named} holds what mooring writes", "keep manifests in a folder of their own"
    elif any(part.strip(".") and ".." in part for part in real.relative_to(boundary.root).parts):
        message, hint = f"{named} has `..` inside a name, and Kustomize refuses that", "rename it"
    if message:
        problems.append(service_problem(service, "bad-path", message, "manifests", hint=hint))
    return None if message else path


def _is_written_to(real: Path, boundary: Boundary) -> bool:
    """Whether a run would find its own output there: it would grow with each one, and no base takes itself in."""
    return boundary.root.is_relative_to(real) or real.is_relative_to(boundary.root / "overlays")


def _of_documents(documents: Iterable[Document]) -> Iterator[_Found]:
    for document in documents:
        for route, data in items(document.data):
            yield _Found(data, document, route)


def _of_base(start: Path, boundary: Boundary, problems: list[Problem]) -> Iterator[_Found]:
    """The objects of a kustomization, as they are built; with nothing but `resources:` that is what the files hold."""
    closure = kustomization.gather(start, boundary, plain=True)
    built = kustomization.build_whole(start, boundary) if closure.changes else None
    if built is None:
        problems += [*closure.problems, *closure.unread]
        for gap in closure.gaps:
            hint = "commit its built output; for a file of the repository write `./` before its name"
            problems.append(Problem(CODE, "mooring does not fetch remote bases", gap.document, gap.route, hint=hint))
        yield from _of_documents(closure.resources)
        return
    problems += built.problems
    for one in _of_documents(built.sources):
        problems += _steered(one)
    origins = kustomization.Origins(Path(boundary.real(start)), built.sources)
    for document in built.documents:
        for route, data in items(document.data):
            yield _Found(*origins.of(data, document, route))


def _steered(found: _Found) -> Iterator[Problem]:
    """The problem that an object steers Kustomize: alone it could be built as something else than in the overlay."""
    annotation = kustomization.internal(found.data)
    if annotation:
        message = "an internal annotation of Kustomize, which renames or moves the object"
        place: Route = (*found.route, "metadata", "annotations", annotation)
        yield Problem(CODE, message, found.source, place, at_key=True, hint="remove it")


def _files(
    start: Path, service: model.Service, boundary: Boundary, problems: list[Problem]
) -> Iterator[tuple[Path, str]]:  # fmt: skip
    """The files to copy, each with its path below the service's folder."""
    if not boundary.is_folder(start):
        yield start, start.name
        return
    for folder in boundary.walk(start, lambda error: problems.append(_unreadable(error.path, error.why, service))):
        for path in (folder.path / name for name in folder.files):
            if path.name in kustomization.NAMES:
                message = f"{quote(display_path(path), 'file')} stands below a folder of plain files"
                hint = "point `manifests:` at the kustomization's own folder"
                problems.append(service_problem(service, "unsupported-kustomization", message, "manifests", hint=hint))
            elif path.suffix in ENDINGS:
                yield path, path.relative_to(start).as_posix()


def _unreadable(path: Path, why: str, service: model.Service, hint: str = "") -> Problem:
    return service_problem(service, "bad-path", f"{quote(_name(path), 'file')} {why}", "manifests", hint=hint or _HINT)


def _name(path: Path) -> str:
    """The path as it is shown; bytes that are no UTF-8 as escapes."""
    return display_path(path).encode("utf-8", "backslashreplace").decode()


def _read(path: Path, service: model.Service, closure: Closure) -> tuple[str, list[Document]]:
    """A file's text and documents; empty, and a problem of the closure, where it is refused."""
    if _name(path) != display_path(path):
        closure.problems.append(_unreadable(path, "has a name that is not UTF-8", service, "rename it"))
        return "", []
    raw = closure.read(path, service_problem(service, "bad-path", quote(display_path(path), "file"), "manifests"))
    if raw is None:
        return "", []
    closure.files[closure.relative(path)] = raw
    documents, found = read_manifests(raw, display_path(path))
    closure.unread += found
    return raw.decode("utf-8-sig", "replace"), documents


def _once(
    found: Iterable[_Found], service: model.Service, catalog: Catalog, problems: list[Problem]
) -> Iterator[ServiceObject | Other]:  # fmt: skip
    """The objects of a service, those that Kustomize refuses or leaves out taken away."""
    seen: set[tuple[str, ...]] = set()
    for one in found:
        data = one.data
        metadata = data.get("metadata") if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(metadata, Mapping) or not metadata.get("name"):
            message = "this is not a Kubernetes object, which has `apiVersion`, `kind` and `metadata.name`"
            problems.append(Problem("schema", message, one.source, one.route))
            continue
        # The cluster keeps one object of a group and a kind, whatever the version.
        group = str(data.get("apiVersion", "")).rpartition("/")[0]
        identity = (group, str(data.get("kind", "")), str(metadata["name"]))
        if identity in seen:
            message = "the manifests of this service have this object twice, and Kustomize refuses that"
            problems.append(Problem(CODE, message, one.source, (*one.route, "metadata", "name"), hint="keep one of them"))
        elif kustomization.internal(data):
            problems += _steered(one)
        elif not kustomization.is_local(data):
            yield from _subject(one, data, service, catalog, problems)
        seen.add(identity)


def _subject(
    found: _Found, data: Mapping[str, Any], service: model.Service, catalog: Catalog, problems: list[Problem]
) -> Iterator[ServiceObject | Other]:  # fmt: skip
    """The object to judge, or to take as it is; none, and a problem, where its namespace is none of the service's."""
    metadata = data["metadata"]
    api_version, kind = str(data.get("apiVersion", "")), str(data.get("kind", ""))
    info = catalog.kind(api_version, kind)
    if info is None and defines_kind(data):
        yield Other(found.source.path, data)
        return
    if info is None:
        problems.append(no_schema(data, found.source, found.route))
        yield Other(found.source.path, _placed(data, service))
        return
    subject = ServiceObject(found.source, found.route, _placed(data, service), info, service.namespace or "", service)
    namespace = metadata.get("namespace")
    if info.scope == "Cluster":
        problems += _of_cluster(subject, data, catalog)
        yield Other(found.source.path, _placed(data, service) if is_namespaced_by_kustomize(info) else data)
    elif namespace is not None and namespace != service.namespace:
        message = f"{quote(kind, 'choice')} {quote(metadata['name'], 'name')} names namespace {quote(namespace, 'name')}"
        expected = quote(service.namespace, "name")
        problems.append(subject.problem("unknown-reference", message, ("metadata", "namespace"), expected=expected))
    else:
        yield subject


def _of_cluster(subject: ServiceObject, data: Mapping[str, Any], catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with a cluster-scoped object among those of a namespace."""
    if subject.info.kind == "Namespace":
        message = (
            f"Kustomize's `namespace:` renames this Namespace to {quote(subject.namespace, 'name')}, which the fleet has"
        )
        hint = "remove it, or set `manage: false` for the namespace and keep the object elsewhere"
        yield subject.problem("duplicate-name", message, ("kind",), hint=hint)
        return
    if is_namespaced_by_kustomize(subject.info):
        hint = "make it a service of the fleet without `namespace:`, or keep it in a root of its own"
        yield namespaced(subject, ("kind",), hint)
    yield from check(subject, data, catalog)


def _placed(data: Mapping[str, Any], service: model.Service) -> Mapping[str, Any]:
    """The object as Kustomize's `namespace:` leaves it."""
    metadata = data["metadata"]
    if metadata.get("namespace") == service.namespace:
        return data
    return {**data, "metadata": {**metadata, "namespace": service.namespace}}
