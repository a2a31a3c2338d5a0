"""A value of a built object → what of a root writes it: the object's own file, else a patch or an entry under `images:`.

Asked for only where something is reported. What neither writes (a name with its prefix, what a transformer computes) stays
at the object's own line.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mooring import files
from mooring.files.products import is_own
from mooring.kustomization.fields import decode, references
from mooring.kustomization.given import Closure
from mooring.problems.position import Route
from mooring.problems.routes import get
from mooring.yaml.document import Document, read_manifests

_PATCHES = frozenset({"patches", "patchesStrategicMerge", "patchesJson6902"})
_Place = tuple[Document, Route]


class _Value(NamedTuple):
    """A value that a patch writes: its keys without the places in lists, and where it stands; `kind` where the patch says
    of which kind of object."""

    keys: tuple[str, ...]
    value: Any
    place: _Place
    kind: str = ""


class Changes:
    """What the kustomizations of a closure change."""

    def __init__(self, closure: Closure) -> None:
        self._closure = closure

    def place(self, data: Mapping[str, Any], source: object, base: Route, route: Route) -> _Place | None:
        """Where the value at `route` of a built object is written; None where the object's own file (at `base` of `source`)
        has the same one, or nothing is found."""
        if not isinstance(source, Document):
            return None
        value, own = get(data, route), get(source.data, (*base, *route))
        if value is None or own == value or (isinstance(own, (dict, list)) and isinstance(value, (dict, list))):
            return None
        for one in self._patched.get(_key(_keys(route), value), ()):
            if one.kind in ("", data.get("kind")):
                return one.place
        return self._image(own, value) if isinstance(own, str) and isinstance(value, str) else None

    @functools.cached_property
    def _patched(self) -> dict[tuple[object, ...], list[_Value]]:
        """What the patches write; of two that write the same the outermost kustomization's, which Kustomize applies last."""
        found: dict[tuple[object, ...], list[_Value]] = {}
        for kustomization in self._closure.kustomizations:
            # Nobody mends what mooring renders: the copy of the team's file that it patches says more.
            for one in self._of(kustomization) if not is_own(kustomization.text.encode()) else ():
                found.setdefault(_key(one.keys, one.value), []).append(one)
        return found

    def _of(self, kustomization: Document) -> Iterator[_Value]:
        """The values that the patches of a kustomization write, in it or in files."""
        fields = decode(kustomization)
        for name in _PATCHES & fields.values.keys():
            items = fields.values[name]
            for index, item in enumerate(items if isinstance(items, list) else ()):
                text = item.get("patch") if isinstance(item, Mapping) else item
                if isinstance(text, str) and "\n" in text.strip():
                    route = (fields.keys[name], index, *(("patch",) if isinstance(item, Mapping) else ()))
                    for document in read_manifests(text, kustomization.path)[0]:
                        yield from (one._replace(place=(kustomization, route)) for one in _written(document))
        for reference in references(fields):
            if reference.route[0] in {fields.keys.get(name) for name in _PATCHES}:
                yield from self._of_file(kustomization, reference.entry)

    def _of_file(self, kustomization: Document, entry: str) -> Iterator[_Value]:
        folder = Path(self._closure.boundary.real(Path(kustomization.path).absolute().parent))
        path = Path(os.path.normpath(folder / entry))
        raw = self._closure.files.get(self._closure.relative(path)) if "\0" not in entry else None
        for document in read_manifests(raw, files.display_path(path))[0] if raw is not None else ():
            yield from _written(document)

    def _image(self, own: str, value: str) -> _Place | None:
        """The entry under `images:` that makes `value` of the image `own`."""
        for kustomization in self._closure.kustomizations:
            fields = decode(kustomization)
            items = fields.values.get("images")
            for index, item in enumerate(items if isinstance(items, list) else ()):
                if isinstance(item, Mapping) and _makes(item, own, value):
                    return kustomization, (fields.keys["images"], index)
        return None


def _makes(item: Mapping[str, Any], own: str, value: str) -> bool:
    """Whether an entry is for the image, and all that it sets stands in the other one."""
    name = item.get("name")
    sets = [str(item[key]) for key in ("newName", "newTag", "digest") if item.get(key) is not None]
    named = isinstance(name, str) and own.startswith(name) and own[len(name) : len(name) + 1] in ("", ":", "@")
    return named and bool(sets) and all(one in value for one in sets)


def _written(document: Document) -> Iterator[_Value]:
    """The values of a patch: a part of an object, or a list of operations."""
    data = document.data
    if isinstance(data, Mapping):
        kind = str(data.get("kind", ""))
        yield from (_Value(_keys(route), value, (document, route), kind) for route, value in _all(data, ()))
    for index, operation in enumerate(data if isinstance(data, list) else ()):
        path = operation.get("path") if isinstance(operation, Mapping) else None
        if isinstance(path, str) and "value" in operation:
            steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
            above = tuple(step for step in steps if not step.isdigit() and step != "-")
            for route, value in _all(operation["value"], (index, "value")):
                yield _Value((*above, *_keys(route[2:])), value, (document, route))


def _all(data: Any, route: Route) -> Iterator[tuple[Route, Any]]:
    """Every value of plain data with its route."""
    yield route, data
    for key, value in data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ():
        yield from _all(value, (*route, key))


def _key(keys: tuple[str, ...], value: Any) -> tuple[object, ...]:
    """By what a value is found: its keys, and where it is a scalar that itself."""
    return (keys, None, None) if isinstance(value, (dict, list)) else (keys, type(value), value)


def _keys(route: Route) -> tuple[str, ...]:
    return tuple(str(step) for step in route if isinstance(step, str))
