"""What a kustomization does to objects that were left out with a gap: Kustomize finds no such object and refuses it.

A patch, a replacement, a count of replicas or a merging generator whose object stands nowhere in the repository is left
out as well, with a note. What still fails then is left out as a whole (`leave_all`), and the objects count as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mooring.kustomization.fields import folded, merges, text_of, value_of
from mooring.kustomization.gaps import Gap
from mooring.kustomization.given import Closure
from mooring.kustomization.plugins import is_inline
from mooring.kustomization.written import Written
from mooring.problems.position import Route
from mooring.redaction import quote
from mooring.yaml.document import read_manifests

_GENERATED = {"configmapgenerator": "ConfigMap", "secretgenerator": "Secret"}
_AFFIXES = ("nameprefix", "namesuffix")
_CHANGING = (
    "patches", "patchesstrategicmerge", "patchesjson6902", "replacements", "replicas", "vars", "transformers", "validators",
)  # fmt: skip
_ALSO = "this entry is left out as well: Kustomize cannot apply it without the parts that are unknown"


class _Name(NamedTuple):
    """An object that an entry asks for; an empty kind is any."""

    kind: str
    name: str


def leave_unmatched(closure: Closure) -> None:
    """Leaves out each entry beside a gap whose object is none of the repository's."""
    known = _Known(closure)
    for written, field, index, entry in _entries(closure):
        asked = list(_asked(field, entry, closure, written.folder))
        if asked and not any(map(known.has, asked)):
            kind, name = asked[0]
            what = f"{quote(kind, 'name') if kind else 'object'} {quote(name, 'name')}"
            message = f"this entry is left out: {what} is not in the repository, and may be among the parts that are unknown"
            _leave(closure, written, (field, index), message, changes=False)


def leave_all(closure: Closure) -> bool:
    """Leaves out all that changes objects beside a gap; whether there was anything."""
    found = [
        (written, field, index)
        for written, field, index, entry in _entries(closure)
        if folded(field) in _CHANGING or (folded(field) in _GENERATED and merges(entry))
    ]
    for written, field, index in found:
        _leave(closure, written, (field, index), _ALSO, changes=True)
    return bool(found)


def _leave(closure: Closure, written: Written, route: Route, message: str, *, changes: bool) -> None:
    written.leave(route)
    closure.files[written.path] = written.text()
    closure.gaps.append(Gap("unmatched", written.document, route, message, changes=changes))


def _beside_gaps(closure: Closure) -> set[Path]:
    """The folders in which some object may be missing: those with a gap below them, and the components of those."""
    found = set(closure.incomplete)
    before = -1
    while before != len(found):
        before = len(found)
        found |= {above for above, below, _ in closure.taken if below in found}
        found |= {below for above, below, component in closure.taken if component and above in found}
    return found


def _entries(closure: Closure) -> Iterator[tuple[Written, str, int, Any]]:
    """The entries of all lists beside a gap that are still given to Kustomize: kustomization, field, index, entry."""
    beside = _beside_gaps(closure)
    for written in closure.written if beside else ():
        for field, entries in written.document.data.items() if written.folder in beside else ():
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                if not {(field,), (field, index)} & written.left:
                    yield written, field, index, entry


class _Known:
    """The objects of the repository that the root has, by kind and name."""

    def __init__(self, closure: Closure) -> None:
        self._names: dict[str, set[str]] = {}
        self._renamed = False
        for document in closure.resources:
            listed = document.data.get("items") if isinstance(document.data, Mapping) else None
            for data in (document.data, *(listed if isinstance(listed, list) else ())):
                name = _name_of(data)
                self._add(name.kind, name.name)
        for written in closure.written:
            for field, value in written.document.data.items():
                self._renamed |= folded(field) in (*_AFFIXES, "transformers")
                kind = _GENERATED.get(folded(field))
                for entry in value if kind and isinstance(value, list) else ():
                    if not merges(entry):
                        self._add(kind or "", text_of(entry, "name"))

    def _add(self, kind: str, name: str) -> None:
        self._names.setdefault(kind, set()).add(name)

    def has(self, asked: _Name) -> bool:
        """Whether an object has that name, or may have it once prefixes and suffixes are added."""
        names = self._names.get(asked.kind, set()) if asked.kind else set().union(*self._names.values())
        return asked.name in names or (self._renamed and any(name and name in asked.name for name in names))


def _asked(field: str, entry: Any, closure: Closure, folder: Path) -> Iterator[_Name]:
    """The objects that Kustomize must find for an entry; none where it asks for none, or where that cannot be told."""
    ask = _ASKS.get(folded(field))
    if folded(field) in _GENERATED and merges(entry):
        yield _Name(_GENERATED[folded(field)], text_of(entry, "name"))
    elif ask is not None:
        found = list(ask(entry, closure, folder))
        # Without a name it may be any object.
        yield from found if all(one.name for one in found) else ()


def _of_patch(entry: Any, closure: Closure, folder: Path) -> Iterator[_Name]:
    """The objects of a strategic merge patch that names its target itself."""
    if isinstance(entry, Mapping) and not value_of(entry, "target"):
        text, path = text_of(entry, "patch"), text_of(entry, "path")
        yield from _of_text(closure.files.get(closure.relative(folder / path)) if path else text)


def _of_merge(entry: Any, closure: Closure, folder: Path) -> Iterator[_Name]:
    if isinstance(entry, str):
        yield from _of_text(entry if is_inline(entry) else closure.files.get(closure.relative(folder / entry)))


def _of_text(text: str | bytes | None) -> Iterator[_Name]:
    """The objects that a patch is for; one without a name where it cannot be read."""
    documents, problems = read_manifests(text or b"", "patch")
    if problems:
        yield _Name("", "")
    for document in documents:
        yield _name_of(document.data)


def _of_replacement(entry: Any, *_: object) -> Iterator[_Name]:
    source = value_of(entry, "source")
    if isinstance(source, Mapping):
        yield _Name(text_of(source, "kind"), text_of(source, "name"))


def _of_replicas(entry: Any, *_: object) -> Iterator[_Name]:
    yield _Name("", text_of(entry, "name"))


def _of_var(entry: Any, *_: object) -> Iterator[_Name]:
    reference = value_of(entry, "objref")
    yield _Name(text_of(reference, "kind"), text_of(reference, "name"))


_ASKS: Mapping[str, Callable[[Any, Closure, Path], Iterator[_Name]]] = {
    "patches": _of_patch,
    "patchesstrategicmerge": _of_merge,
    "replacements": _of_replacement,
    "replicas": _of_replicas,
    "vars": _of_var,
}


def _name_of(data: Any) -> _Name:
    return _Name(text_of(data, "kind"), text_of(value_of(data, "metadata"), "name"))
