"""The fields of a kustomization, and what each of their values names.

Kustomize decodes with Go's `encoding/json`: a key matches a field whatever its case, `ſ` and the Kelvin sign included,
and an unknown key is refused (https://pkg.go.dev/encoding/json#Unmarshal). The fields are those of Kustomize 5.8.2
(`api/types/kustomization.go`); an older one knows fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.problems.suggestion import suggestion
from mooring.redaction import quote_key
from mooring.yaml.document import Document

Use = Literal["resource", "component", "file", "keyed file", "plugin", "patch"]
"""How an entry is taken: a file or a root; a component; a file; `key=file`; a plugin's or a patch's text, or its file."""

CODE = "unsupported-kustomization"
_LISTS: Mapping[str, Use] = {
    "resources": "resource", "bases": "resource", "components": "component", "crds": "file", "configurations": "file",
    "generators": "plugin", "transformers": "plugin", "validators": "plugin", "patchesStrategicMerge": "patch",
}  # fmt: skip
_GENERATOR: Mapping[str, Use] = {"files": "keyed file", "envs": "file", "env": "file"}
_ITEMS: Mapping[str, Mapping[str, Use]] = {
    "patches": {"path": "file"}, "patchesJson6902": {"path": "file"}, "replacements": {"path": "file"},
    "configMapGenerator": _GENERATOR, "secretGenerator": _GENERATOR,
}  # fmt: skip
# A built-in transformer or generator that is written as an object names files by the same words, at its own top.
_PLUGIN: Mapping[str, Use] = {
    **_GENERATOR, "path": "file", "paths": "patch", "targetFilePath": "file", "valuesFile": "file",
    "additionalValuesFiles": "file",
}  # fmt: skip
_TEXTS = ("apiVersion", "kind", "namePrefix", "nameSuffix", "namespace")
CHARTS = ("helmCharts", "helmChartInflationGenerator")
_OTHERS = (
    "metadata", "commonLabels", "labels", "commonAnnotations", "images", "imageTags", "replicas", "vars", "sortOptions",
    "generatorOptions", "buildMetadata", "openapi", "helmGlobals",
)  # fmt: skip
_NAMES = {name.lower(): name for name in (*_LISTS, *_ITEMS, *_TEXTS, *CHARTS, *_OTHERS)}
_DEEPEST = 100
_FOLDED = str.maketrans({"\u017f": "s", "\u212a": "k"})


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry that names something: the text, where it stands, and how Kustomize takes it."""

    use: Use
    entry: str
    route: Route


@dataclass(slots=True)
class Fields:
    """A kustomization as Kustomize decodes it: `values` by the fields' own names, `keys` as they were written."""

    document: Document
    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The value of a text field; empty where it is left out."""
        return str(self.values.get(name) or "")


def is_deep(data: Any) -> bool:
    """Whether the data nest deeper than any kustomization does: nobody writes that, and who copies it runs out of stack."""
    level, depth = [data], 0
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            below
            for item in level
            for below in (item.values() if isinstance(item, Mapping) else item if isinstance(item, list) else ())
            if isinstance(below, (Mapping, list))
        ]
    return bool(level)


def folded(key: object) -> str:
    """A key as Go compares it with the name of a field."""
    return str(key).translate(_FOLDED).lower()


def value_of(entry: Any, name: str) -> Any:
    """The value of a field, given in lower case, of an entry; None where there is none."""
    fields = entry.items() if isinstance(entry, Mapping) else ()
    return next((value for key, value in fields if folded(key) == name), None)


def text_of(entry: Any, name: str) -> str:
    """The text of a field, given in lower case, of an entry; empty where there is none."""
    value = value_of(entry, name)
    return value if isinstance(value, str) else ""


def merges(generator: Any) -> bool:
    """Whether a generator changes an object that stands already, which it must find."""
    return text_of(generator, "behavior") in ("merge", "replace")


def decode(document: Document) -> Fields:
    """The fields of a kustomization. What Kustomize would not decode is a problem."""
    found = Fields(document)
    if not isinstance(document.data, Mapping):
        found.problems.append(Problem(CODE, "a kustomization is a mapping", document, ()))
        return found
    for key, value in document.data.items():
        name = _NAMES.get(folded(key))
        if name is None:
            near = suggestion(str(key), _NAMES.values())
            # What is like no field may be anything, and the place shows where it stands.
            message = f"unknown field {quote_key(key)} in a kustomization" if near else "unknown field in a kustomization"
            hint = near or "remove it; Kustomize 5.8 has no such field"
            found.problems.append(Problem(CODE, message, document, (key,), at_key=True, hint=hint))
        elif name in found.values:
            found.problems.append(_twice(document, (key,), name))
        elif value is not None:  # Go leaves a field alone that is null
            found.values[name], found.keys[name] = value, key
    for name in _TEXTS:
        if not isinstance(found.values.get(name, ""), str):
            found.problems.append(_wrong(document, (found.keys[name],), name, "a string"))
    return found


def references(found: Fields) -> Iterator[Reference]:
    """What a kustomization names; a value of another type than Kustomize takes is a problem of `found`."""
    for name, use in _LISTS.items():
        if name in found.values:
            yield from _entries(found, (found.keys[name],), name, found.values[name], use)
    for name, uses in _ITEMS.items():
        items = found.values.get(name, [])
        if not isinstance(items, list):
            found.problems.append(_wrong(found.document, (found.keys[name],), name, "a list"))
            continue
        for index, item in enumerate(items):
            yield from _of_item(found, (found.keys[name], index), item, uses)
    openapi = found.values.get("openapi")
    # A map of texts, not fields: only `path` in this very case counts.
    if isinstance(openapi, Mapping) and openapi.get("path") is not None:
        yield from _entries(found, (found.keys["openapi"], "path"), "path", openapi["path"], "file", single=True)


def references_of_plugin(found: Fields, route: Route, plugin: Mapping[Any, Any]) -> Iterator[Reference]:
    """What the object of a built-in plugin names; `found` takes the problems."""
    yield from _of_item(found, route, plugin, _PLUGIN)
    for key, items in plugin.items():
        if folded(key) == "replacements" and isinstance(items, list):
            for index, item in enumerate(items):
                yield from _of_item(found, (*route, key, index), item, _ITEMS["replacements"])


def _of_item(found: Fields, route: Route, item: Any, uses: Mapping[str, Use]) -> Iterator[Reference]:
    """What one item of a list names; two spellings of one key are a problem."""
    names = {name.lower(): name for name in uses}
    seen: set[str] = set()
    for key, value in item.items() if isinstance(item, Mapping) else ():
        name = folded(key)
        if name in seen:
            found.problems.append(_twice(found.document, (*route, key), names.get(name, "")))
        seen.add(name)
        if name in names:
            single = names[name] in ("path", "env", "targetFilePath", "valuesFile")
            yield from _entries(found, (*route, key), names[name], value, uses[names[name]], single=single)


def _entries(found: Fields, route: Route, name: str, value: Any, use: Use, *, single: bool = False) -> Iterator[Reference]:
    """The entries of a text or of a list of strings."""
    if value is None or (single and value == ""):
        return
    if single and isinstance(value, str):
        yield Reference(use, value, route)
    elif single or not isinstance(value, list):
        found.problems.append(_wrong(found.document, route, name, "a string" if single else "a list"))
    else:
        for index, entry in enumerate(value):
            if isinstance(entry, str) and entry:
                yield Reference(use, entry, (*route, index))
            else:
                found.problems.append(_wrong(found.document, (*route, index), name, "a list of strings"))


def _wrong(document: Document, route: Route, name: str, expected: str) -> Problem:
    return Problem(CODE, f"`{name}` must be {expected}", document, route)


def _twice(document: Document, route: Route, name: str) -> Problem:
    message = f"duplicate field `{name}`" if name else "duplicate field"
    hint = "Kustomize ignores the case of field names: keep one of them"
    return Problem(CODE, message, document, route, at_key=True, hint=hint)
