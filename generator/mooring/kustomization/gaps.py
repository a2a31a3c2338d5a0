"""What a root takes in and mooring does not see: it fetches nothing, runs no plugin, and helm only where it is asked to.

A gap is left out of what Kustomize is given, a note names it, and the rest is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mooring.kustomization.fields import CHARTS, Fields, Reference, merges, text_of
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.yaml.document import Document

Kind = Literal["remote", "chart", "program", "unmatched", "component"]
_CHART_HINT = (
    "`mooring check --enable-helm` has charts of the repository rendered; "
    "`kustomize build --enable-helm … | mooring check -` checks any"
)
_NO_HELM_HINT = "`--enable-helm` needs `helm` on PATH"
_PROGRAM_HINT = "`kustomize build --enable-alpha-plugins … | mooring check -` checks what it comes to"
_FETCHED = "mooring does not fetch remote"
# What only adds objects; whatever else is not seen could change the others.
_ADDS = ("resources", "bases", "generators", "validators")
_GENERATORS = ("configmapgenerator", "secretgenerator")


@dataclass(frozen=True, slots=True)
class Gap:
    """One part that is left out; `changes` says that it could change what is built of the other parts."""

    kind: Kind
    document: Document
    route: Route
    message: str
    hint: str = ""
    changes: bool = False

    def note(self) -> Problem:
        return Problem("not-at-hand", self.message, self.document, self.route, hint=self.hint)


def remote(document: Document, reference: Reference, role: str) -> Gap:
    """What leads out of the repository by a network; `role` is the field of the kustomization that leads there."""
    route = reference.route
    if role in ("resources", "bases"):
        return Gap("remote", document, route, f"{_FETCHED} bases: the objects of this one are unknown")
    if role in _GENERATORS or role == "generators":
        message = f"{_FETCHED} files: what this generator makes is unknown"
        return Gap("remote", document, route, message, changes=merges(_generator(document.data, route)))
    what = "components" if role == "components" else "files"
    message = f"{_FETCHED} {what}: this entry is left out, and what it changes is unknown"
    return Gap("remote", document, route, message, changes=role not in _ADDS)


def _generator(data: Any, route: Route) -> Any:
    """The generator that a route leads into: an entry of a kustomization, or the whole of a plugin."""
    entries = data.get(route[0]) if isinstance(data, Mapping) else None
    index = route[1] if len(route) > 1 else None
    entry = entries[index] if isinstance(entries, list) and isinstance(index, int) else data
    return entry if isinstance(entry, Mapping) else data


def charts(found: Fields) -> Iterator[tuple[str, int, Any]]:
    """The charts of a kustomization: the field, the place in its list, and the entry."""
    for field in CHARTS:
        entries = found.values.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else [entries] if entries else ()):
            yield field, index, entry


def chart(document: Document, route: Route, entry: Any, why: str = "", *, lacks_helm: bool = False) -> Gap:
    """A chart that is left out; `why`, where helm is at hand and this chart is not for it."""
    name = quote(next(filter(None, (text_of(entry, field) for field in ("chartname", "name", "releasename"))), "?"), "name")
    if why:
        return Gap("chart", document, route, f"the objects of chart {name} are unknown: {why}", _CHART_HINT)
    message = f"mooring does not run helm: the objects of chart {name} are unknown"
    return Gap("chart", document, route, message, _NO_HELM_HINT if lacks_helm else _CHART_HINT)


def component(document: Document) -> Gap:
    """A Component that is built by itself."""
    message = "no kustomization among the files takes this Component in: what it is added to is unknown"
    return Gap("component", document, ("kind",), message, changes=True)


def program(document: Document, route: Route, plugin: Mapping[Any, Any], role: str) -> Gap:
    """A plugin or function that somebody would have to start."""
    what = {"generators": "the objects that it makes are", "transformers": "what it changes is"}.get(
        role, "what it refuses is"
    )
    message = f"mooring does not run plugin {quote(plugin.get('kind'), 'name')}, which is a program: {what} unknown"
    return Gap("program", document, route, message, _PROGRAM_HINT, changes=role not in _ADDS)
