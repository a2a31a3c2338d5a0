"""A built object → the file that says it, by the annotation that Kustomize itself writes.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from mooring import files
from mooring.kustomization.fields import decode
from mooring.problems.position import Route
from mooring.problems.problem import Source
from mooring.redaction import Kind
from mooring.yaml.document import Document, read_manifests

ORIGIN = "config.kubernetes.io/origin"
_ASKED = "originAnnotations"
_GENERATORS = {"SecretGenerator": "secretGenerator", "ConfigMapGenerator": "configMapGenerator"}


def ask(kustomization: Document, written: dict[str, Any]) -> None:
    """Has the kustomization, as it goes to Kustomize, annotate each object with the file that it comes from."""
    found = decode(kustomization)
    metadata = found.values.get("buildMetadata", [])
    if isinstance(metadata, list):  # Kustomize refuses anything else
        key = found.keys.get("buildMetadata", "buildMetadata")
        written[key] = [*metadata, *([_ASKED] if _ASKED not in metadata else [])]


class _Written(NamedTuple):
    """An object as a file of the root writes it, at a route of its document."""

    data: Mapping[str, Any]
    document: Document
    route: Route


class Origins:
    """Leads the objects that were built of the root `directory` back to what writes them."""

    def __init__(self, directory: Path, sources: Sequence[Document]) -> None:
        self._directory = directory
        self._files: dict[str, list[_Written]] = {}
        self._by_name: dict[tuple[str, ...], _Written] = {}
        for document in sources:
            for written in _objects(document):
                self._files.setdefault(document.path, []).append(written)
                *name, namespace = _identity(written.data)
                self._by_name.setdefault((*name, namespace), written)
                self._by_name.setdefault(tuple(name), written)

    def of(self, data: Mapping[str, Any], built: Document, route: Route) -> tuple[Mapping[str, Any], Source, Route]:
        """The object without Kustomize's note, and the place to show a problem of it in: its file's, else the kustomization
        that makes it."""
        data, note = _noted(data)
        path, generator = _place(note)
        if path:
            found = self._files.get(files.display_path(Path(os.path.normpath(self._directory / path))), [])
            written = _generated(found, generator, data) if generator else _same(found, data)
            if written is not None:
                return data, written.document, written.route
        # A patch may have given it another namespace.
        identity = _identity(data)
        by_name = self._by_name.get(identity) or self._by_name.get(identity[:-1])
        if by_name is not None and not generator:
            return data, by_name.document, by_name.route
        return data, _Whole(built.path), route


def _objects(document: Document) -> Iterator[_Written]:
    """The objects of a document: itself, or those of a `List`."""
    data = document.data
    if not isinstance(data, Mapping):
        return
    items = data.get("items") if str(data.get("kind", "")).endswith("List") else None
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            yield _Written(item, document, ("items", index))
    if not isinstance(items, list):
        yield _Written(data, document, ())


def _noted(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The object without the annotation, and what that says."""
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if not isinstance(metadata, Mapping) or not isinstance(annotations, Mapping) or ORIGIN not in annotations:
        return data, ""
    left = {key: value for key, value in annotations.items() if key != ORIGIN}
    more = {key: value for key, value in metadata.items() if key != "annotations"}
    return {**data, "metadata": {**more, "annotations": left} if left else more}, str(annotations[ORIGIN])


def _place(note: str) -> tuple[str, str]:
    """The path in a note, and the field of the kustomization there that generates the object, "" for a file's own."""
    documents, _ = read_manifests(note, ORIGIN) if note else ([], [])
    said = documents[0].data if documents else None
    if not isinstance(said, Mapping) or said.get("repo"):
        return "", ""
    maker = said.get("configuredBy")
    kind = maker.get("kind") if isinstance(maker, Mapping) else None
    path = said.get("configuredIn") or said.get("path")
    return (path, _GENERATORS.get(str(kind), "")) if isinstance(path, str) and "\0" not in path else ("", "")


def _same(found: Sequence[_Written], data: Mapping[str, Any]) -> _Written | None:
    """Which object of a file it is: Kustomize may have given it a namespace, and a name with more before and after it."""
    api_version, kind, name, namespace = _identity(data)
    alike = [one for one in found if _identity(one.data)[:2] == (api_version, kind)]

    def likeness(one: _Written) -> tuple[bool, int, bool]:
        here, space = _identity(one.data)[2:]
        return here == name, len(here) if here in name else -1, space == namespace

    best = max(alike, key=likeness, default=None)
    fits = best is not None and (len(alike) == 1 or likeness(best)[1] >= 0)
    return best if fits else None


def _generated(found: Sequence[_Written], generator: str, data: Mapping[str, Any]) -> _Written | None:
    """The entry of a kustomization's generator that makes the object."""
    for kustomization in found:
        fields = decode(kustomization.document)
        entries = fields.values.get(generator)
        named = [
            (len(str(entry.get("name", ""))), index)
            for index, entry in enumerate(entries if isinstance(entries, list) else ())
            if isinstance(entry, Mapping) and str(entry.get("name", "")) in _identity(data)[2]
        ]
        if named:
            route = (fields.keys[generator], max(named)[1])
            return _Written(data, kustomization.document, route)
    return None


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

    def excerpt(self, _line: int, _column: int, _kinds: Collection[Kind]) -> tuple[str, int]:
        return "", 1

    def hidden(self, _route: Route) -> Collection[str]:
        return ()
